import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Where each kind's checks are written. */
const CHECKS = {
  Stripe: ["lib/billing/check-stripe.ts"],
  Upstream: ["lib/upstream/registries/check-registry.ts", "lib/upstream/registries/look-at.ts"],
  Directory: ["lib/directory/check.ts"],
  Store: ["lib/providers/store-provider.ts"],
  Mail: ["lib/providers/mail-provider.ts"],
} as const;

/** The names of a kind's findings, as its check writes them; what varies in one is left out. */
function namesIn(files: readonly string[]): string[] {
  const found = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/\bcheck(?::| =) ["`]([^"`$]+)/g)]);
  return [...new Set(found.map(([, name = ""]) => name.trim()))];
}

describe("docs/operations.md", () => {
  const docs = readFileSync("docs/operations.md", "utf8");
  const rows = docs.slice(docs.indexOf("### When it is red"), docs.indexOf("## Runs"));

  it.each(Object.entries(CHECKS))(
    "says what to do when something of %s is red, whatever its check finds",
    (kind, files) => {
      const names = namesIn(files);
      expect(names.length).toBeGreaterThan(1);
      expect(names.filter((name) => !rows.includes(`| ${kind}: **${name}**`))).toEqual([]);
    },
  );

  it("says so of what may be found of any of them", () => {
    expect(namesIn(["lib/providers/look-at.ts"]).filter((name) => !rows.includes(`| any: **${name}**`))).toEqual([]);
  });
});
