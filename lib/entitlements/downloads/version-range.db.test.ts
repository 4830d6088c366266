import fc from "fast-check";
import { satisfies } from "semver";
import { beforeAll, describe, expect, it } from "vitest";
import { asMember, type Fixture, freshTenant, publishAsset } from "#lib/testing/index.ts";
import { listProductDownloads } from "./index.ts";
import { VersionRange } from "./version-range.ts";

const VERSIONS = [
  ...["0.1.0", "0.1.9", "0.2.0", "0.9.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0"],
  ...[
    "1.0.1",
    "1.2.0",
    "1.2.3-rc.1",
    "1.2.3",
    "1.2.10",
    "1.10.0",
    "2.0.0-0",
    "2.0.0-rc.1",
    "2.0.0",
    "2.1.0-beta",
    "2.1.0",
  ],
  ...["3.0.0", "10.0.0", "11.4.0-nightly.20261122"],
];

let t: Fixture;
beforeAll(async () => {
  t = await freshTenant();
  for (const version of VERSIONS) await publishAsset(t, { product: t.product, release: { version, channel: "edge" } });
});

async function meant(version: string, channel?: string): Promise<string[]> {
  const named = { tenant: t.tenant.slug, product: t.product.slug };
  const { files } = await listProductDownloads(asMember(t.member), { ...named, version, channel, limit: 1000 });
  return files.map(({ release }) => release.version).sort();
}
const right = (range: string, includePrerelease = false) =>
  VERSIONS.filter((version) => satisfies(version, range, { includePrerelease })).sort();

describe("a range of versions", () => {
  it.each([
    ...["^1.2", "~1.2.0", "1.x", "1.2.x", "*", ">=1.0.0", ">1.0.0-alpha <1.0.0", ">=2.0.0-rc.1", "<0.2", "=2.0.0"],
    ...[
      "1.0.0 - 1.2.3",
      "1.0.0-alpha - 2",
      "0.1.x || ^10",
      "<1 || >=3",
      "^0.1.0",
      "~2.1.0-beta",
      ">=1.2.3-rc.0 <1.2.3",
    ],
    ...["<0.0.0-0", "v1.0.0", ">=1 <2 || 2.0.0-0", "<=1.0.0", ">2.0.0-0 <2.0.0"],
  ])("%s means what semver says", async (range) => {
    expect(await meant(range)).toEqual(right(range));
    // Who names a channel of pre-releases means them.
    expect(await meant(range, "edge")).toEqual(right(range, true));
  });

  it("means what semver says, whatever its comparators", async () => {
    const comparator = fc
      .tuple(fc.constantFrom("", ">", "<", ">=", "<=", "^", "~"), fc.constantFrom(...VERSIONS, "1", "1.2", "2"))
      .map((parts) => parts.join(""));
    const set = fc.array(comparator, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" "));
    const range = fc.array(set, { minLength: 1, maxLength: 2 }).map((sets) => sets.join(" || "));
    await fc.assert(
      fc.asyncProperty(range, async (text) => {
        expect(await meant(text)).toEqual(right(text));
      }),
      { numRuns: 150 },
    );
  });

  it.each(["latest", ">>1", "1.2.3.4", "banana", "", " ", "1".repeat(300)])("is not %j", (text) => {
    expect(VersionRange.safeParse(text).success).toBe(false);
  });
});
