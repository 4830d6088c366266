import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractConfig from "dependency-cruiser/config-utl/extract-depcruise-config";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";

/**
 * `npm run rules`: who imports whom, against .dependency-cruiser.cjs. A parser that silently reads fewer files looks like
 * a clean pass, so fewer modules than .dependency-cruiser.count says is a failure too; `--update` writes a new count.
 */
const COUNT = ".dependency-cruiser.count";
const FOLDERS = ["lib", "app", "components", "server", "scripts", "bench", "prisma", "e2e", "test", "stripe-local"];

const { modules, violations } = await check();
for (const violation of violations) console.error(violation);
const before = existsSync(COUNT) ? Number(await readFile(COUNT, "utf8")) : 0;
if (process.argv.includes("--update")) await writeFile(COUNT, `${modules}\n`);
else if (modules < before) {
  console.error(
    `Only ${modules} modules were read, ${before} last time. If files were removed: npm run rules -- --update`,
  );
  process.exitCode = 1;
}
if (violations.length > 0) process.exitCode = 1;
console.log(`${modules} modules, ${violations.length} violations of the import rules`);

async function check(): Promise<{ modules: number; violations: string[] }> {
  const { options, ...ruleSet } = await extractConfig(path.resolve(".dependency-cruiser.cjs"));
  const root = (await readdir(".")).filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"));
  const { output } = await cruise(
    [...FOLDERS.filter((folder) => existsSync(folder)), ...root],
    { ...options, ruleSet, validate: true },
    {},
    { tsConfig: extractTsConfig("tsconfig.json") },
  );
  const { modules, summary } = output as ICruiseResult;
  const ours = modules.filter(({ source }) => /\.tsx?$/.test(source) && !source.includes("node_modules"));
  return { modules: ours.length, violations: summary.violations.map(inWords) };
}

function inWords({ rule, from, to, comment }: ICruiseResult["summary"]["violations"][number]): string {
  return `${rule.name}: ${from} → ${to}${comment ? ` (${comment})` : ""}`;
}
