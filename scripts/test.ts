import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { childEnv } from "#lib/env.ts";
import { findBrowser } from "./browser.ts";
import { type DemoInstance, startDemoInstance } from "./demo-instance.ts";
import { failedFiles, playwrightTally, sumOf, type Tally, vitestTally } from "./test-report.ts";

/**
 * `npm test`: everything that can fail, in the order from quick to slow. A failing step does not stop those after it, so
 * that one run shows all. The last line says how many tests passed, failed and were skipped.
 */
const OUT = path.resolve(".test");
const STEP_MINUTES = 30;
const SECOND_TRY_FILES = 3;
const NODE = process.execPath;
const PREPARE = 'import { prepare } from "./scripts/prepare.ts"; prepare();';

const FAILED: Tally = { passed: 0, failed: 1, skipped: [] };
const OK: Tally = { passed: 0, failed: 0, skipped: [] };

const running = new Set<ChildProcess>();
let instance: DemoInstance | null = null;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    void Promise.resolve(instance?.stop()).finally(() => process.exit(130));
  });
}

await mkdir(OUT, { recursive: true });
const tallies = [
  await check("generate the database client", [NODE, "--input-type=module", "-e", PREPARE]),
  ...(await Promise.all([
    check("format and lint", ["biome", "check", "--error-on-warnings", "."]),
    check("types", ["tsc", "--noEmit"]),
    check("import rules", [NODE, "scripts/check-imports.ts"]),
  ])),
  await unitTests(),
  ...(await endToEnd()),
];
const { passed, failed, skipped, failures, unsteady } = sumOf(tallies);
for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of unsteady) console.log(`passed at its second try alone: ${name}`);
for (const name of failures) console.log(`failed: ${name}`);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exit(failed === 0 ? 0 : 1);

/** A step without tests of its own: silent where it holds, its output where it does not. */
async function check(name: string, command: readonly string[]): Promise<Tally> {
  const began = Date.now();
  const { code, output } = await run(command, { quiet: true });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${code === 0 ? "✓" : "✗"} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output);
  return code === 0 ? OK : FAILED;
}

function unitTests(): Promise<Tally> {
  return vitest("vitest", ["--reporter=default"]);
}

/** Everything that was built, asked by everybody: a thousand tests and more, so only what fails is shown. */
function matrix(): Promise<Tally> {
  return vitest("matrix", ["-c", "vitest.built.config.ts", "--reporter=dot"]);
}

async function vitest(name: string, args: readonly string[]): Promise<Tally> {
  const first = await vitestOnce(name, args);
  const files = failedFiles(reportOf(name));
  if (first.failed === 0 || files.length === 0 || files.length > SECOND_TRY_FILES) return first;
  // As Playwright does, and told as there: a bug fails alone, too; what only fails beside others is to be mended, not hidden.
  const second = await vitestOnce(`${name}-again`, [...args, ...files]);
  const unsteady = first.failures ?? [];
  return second.failed > 0
    ? first
    : { ...first, passed: first.passed + first.failed, failed: 0, failures: [], unsteady };
}

async function vitestOnce(name: string, args: readonly string[]): Promise<Tally> {
  const report = reportOf(name);
  await rm(report, { force: true });
  console.log(`› ${name}`);
  const json = ["--reporter=json", `--outputFile.json=${report}`];
  const { code } = await run(["vitest", "run", ...json, ...args]);
  return vitestTally(report, code);
}

function reportOf(name: string): string {
  return path.join(OUT, `${name}.json`);
}

async function endToEnd(): Promise<Tally[]> {
  const built = await check("build the pages", [NODE, "scripts/build.ts"]);
  if (built.failed > 0) return [built];
  if (!existsSync("e2e/playwright.config.ts")) return [problem("there is no e2e/playwright.config.ts")];
  try {
    const browser = findBrowser(path.join(OUT, "browser"));
    instance = await startDemoInstance(path.join(OUT, `e2e-${process.pid}`));
    console.log(`✓ a demo instance at ${instance.url}`);
    return [await matrix(), await journeys(instance, browser), await stopped(instance)];
  } catch (error) {
    const left = instance ? [await stopped(instance)] : [];
    return [problem((error as Error).message), ...left];
  }
}

async function stopped(demo: DemoInstance): Promise<Tally> {
  try {
    instance = null;
    await demo.stop();
    console.log("✓ the instance stopped cleanly");
    return OK;
  } catch (error) {
    return problem((error as Error).message);
  }
}

async function journeys(demo: DemoInstance, browser: string): Promise<Tally> {
  const report = path.join(OUT, "playwright.json");
  await rm(report, { force: true });
  console.log("› playwright");
  const { code } = await run(["playwright", "test", "-c", "e2e/playwright.config.ts"], {
    env: { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON: report, PURSER_DEMO: demo.demoFile, PURSER_URL: demo.url },
  });
  return playwrightTally(report, code);
}

function problem(words: string): Tally {
  console.log(`✗ ${words}`);
  return FAILED;
}

interface Ran {
  code: number | null;
  output: string;
}

function run(command: readonly string[], how: { quiet?: boolean; env?: Record<string, string> } = {}): Promise<Ran> {
  const [program = "", ...args] = command;
  const child = spawn(path.isAbsolute(program) ? program : path.resolve("node_modules/.bin", program), args, {
    env: onThisNode(childEnv(how.env ?? {})),
    stdio: ["ignore", how.quiet ? "pipe" : "inherit", how.quiet ? "pipe" : "inherit"],
    timeout: STEP_MINUTES * 60_000,
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 1, output: error.message }));
    child.once("close", (code) => {
      running.delete(child);
      resolve({ code, output });
    });
  });
}

// The tools' first line asks the path for `node`: it must find this one.
function onThisNode(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [path.dirname(NODE), env.PATH].join(path.delimiter) };
}
