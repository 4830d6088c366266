import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const FOLDERS = ["lib", "app", "components", "server", "scripts", "bench", "prisma", "e2e", "test", "stripe-local"];

/** Every source of ours, by its path from the root. Vanishing files would make each test below pass: see the first one. */
const sources = new Map(
  [...FOLDERS.flatMap(under), ...readdirSync(ROOT)]
    .filter((file) => /\.(ts|tsx|mjs|cjs)$/.test(file) && !/\.d\.ts$|^lib\/db\/generated\//.test(file))
    .map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")] as const),
);

function under(folder: string): string[] {
  try {
    return readdirSync(path.join(ROOT, folder), { recursive: true }).map((file) => path.join(folder, String(file)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const isTest = (file: string) => /\.(test|contract)\.tsx?$|^lib\/testing\/|^e2e\/|^test\//.test(file);
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

/** The files, tests apart, whose code (comments apart) matches. */
function filesWith(pattern: RegExp, also: (file: string) => boolean = () => true): string[] {
  return [...sources]
    .filter(([file, text]) => !isTest(file) && also(file) && pattern.test(code(text)))
    .map(([file]) => file);
}

describe("the house", () => {
  it("was read at all", () => {
    expect(sources.size).toBeGreaterThan(100);
    expect(sources.has("lib/access/roles.ts")).toBe(true);
  });

  it("reads process.env in lib/env.ts alone", () => {
    const inherits = /env:\s*\{\s*\.\.\.process\.env/; // a child process that gets our environment whole
    const reading = filesWith(/process\.env|import\.meta\.env/, (file) => !file.startsWith("scripts/bootstrap"));
    const others = reading.filter((file) => file !== "lib/env.ts" && file !== "next.config.ts");
    expect(others.filter((file) => /process\.env/.test((sources.get(file) ?? "").replace(inherits, "")))).toEqual([]);
  });

  it("compares a role's name in lib/access/roles.ts alone", () => {
    const name = `["'\`](owner|manager|operator|readonly)["'\`]`;
    const compared = new RegExp(`[!=]==?\\s*${name}|${name}\\s*[!=]==?|case ${name}|includes\\(${name}\\)`);
    expect(filesWith(compared, (file) => file !== "lib/access/roles.ts")).toEqual([]);
  });

  it("has a front door in every room, which opens with what the room owns and what it hides", () => {
    const rooms = readdirSync(path.join(ROOT, "lib"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of rooms) {
      const door = sources.get(`lib/${name}/index.ts`);
      const lines = /^\/\*\*\n((?: \*.*\n)+) \*\/\n/.exec(door ?? "")?.[1]?.split("\n").length ?? 0;
      if (name === "db" || door !== undefined) expect([name, lines > 1 && lines <= 9]).toEqual([name, true]);
      else expect(`lib/${name} has no index.ts`).toBe("");
    }
  });

  it("mocks none of its own modules, skips no test but under a condition, and singles out none", () => {
    const wrong = /\bvi\.(mock|doMock)\(|\b(it|test|describe)\.((only|todo)\(|skip\(\s*["'`)])/;
    const files = [...sources].filter(
      ([file, text]) => isTest(file) && !file.endsWith("house.test.ts") && wrong.test(text),
    );
    expect(files.map(([file]) => file)).toEqual([]);
  });

  it("leaves nothing for later", () => {
    const later = [...sources].filter(
      ([file, text]) => !file.endsWith("house.test.ts") && /\b(TODO|FIXME|XXX)\b/.test(text),
    );
    expect(later.map(([file]) => file)).toEqual([]);
  });

  it("runs no raw SQL that is put together from strings", () => {
    expect(filesWith(/\$(queryRawUnsafe|executeRawUnsafe)\b|Prisma\.raw\(/)).toEqual([]);
  });

  it("checks a permission or calls what does in every file of a verb", () => {
    const verbs = [...sources].filter(
      ([file, text]) =>
        /^lib\/(catalog|releases|entitlements|tenancy|billing)\//.test(file) &&
        /export async function \w+\(\s*ctx: Ctx[,)]/.test(text),
    );
    const unguarded = verbs.filter(
      ([file, text]) => !isTest(file) && !/demand\(|changeTe(am|nant)\(|@throws not_found|caller: \{/.test(text),
    );
    expect(verbs.length).toBeGreaterThan(8);
    expect(unguarded.map(([file]) => file)).toEqual([]);
  });
});
