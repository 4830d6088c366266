import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { childEnv } from "#lib/env.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const BIN = path.join(ROOT, "node_modules/.bin");

const SCHEMA = ["prisma/schema.prisma", "prisma.config.ts", "node_modules/.purser-lock"];
const SOURCES = [
  "app/**/*.{ts,tsx,css,svg,ico,png}",
  "components/**/*.{ts,tsx,css}",
  "lib/**/*.{ts,tsx}",
  "middleware.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "tsconfig.json",
  ...SCHEMA,
];

/** Generates the Prisma client, if the schema changed since. */
export function prepare(): void {
  const stamp = path.join(ROOT, "lib/db/generated/.stamp");
  ifStale(stamp, SCHEMA, () => {
    // Generating needs no engine, but Prisma looks for one and would download it: any file that exists will do.
    run("prisma", ["generate"], { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath });
  });
}

/** Builds the pages, if anything that they are made of changed since. Tests are not part of them. */
export function build(): void {
  prepare();
  ifStale(path.join(ROOT, ".next/.purser-build"), SOURCES, () => {
    console.log("Building the pages (half a minute, more on a busy machine) …");
    const began = Date.now();
    run("next", ["build"], { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
    console.log(`Built in ${Math.round((Date.now() - began) / 1000)} s.`);
  });
}

function ifStale(stamp: string, patterns: readonly string[], make: () => void): void {
  const hash = hashOf(patterns);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  make();
  writeFileSync(stamp, hash);
}

function hashOf(patterns: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of globSync([...patterns], { cwd: ROOT }).sort()) {
    if (/\.test\.tsx?$/.test(file) || file.startsWith("lib/testing/")) continue;
    hash.update(`${file}\0`).update(readFileSync(path.join(ROOT, file)));
  }
  return hash.digest("hex");
}

function run(command: string, args: readonly string[], extra: Record<string, string>): void {
  const env = childEnv(extra);
  const { status, stdout, stderr } = spawnSync(path.join(BIN, command), [...args], {
    cwd: ROOT,
    env,
    encoding: "utf8",
  });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}\npurser: ${command} ${args.join(" ")} failed: see above.\n`);
  process.exit(1);
}
