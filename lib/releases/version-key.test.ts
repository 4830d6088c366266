import fc from "fast-check";
import { compare } from "semver";
import { describe, expect, it } from "vitest";
import { isPreRelease, Version, versionKey } from "./version-key.ts";

const number = fc
  .oneof(
    fc.nat(12),
    fc.maxSafeNat().filter((n) => n < Number.MAX_SAFE_INTEGER),
  )
  .map(String);
const word = fc.stringMatching(/^[0-9A-Za-z-]{0,6}[A-Za-z-][0-9A-Za-z-]{0,6}$/);
const preRelease = fc.array(fc.oneof(number, word, fc.constantFrom("a", "a-", "a0", "rc", "RC", "-")), {
  maxLength: 4,
});
const version = fc
  .tuple(number, number, number, preRelease, fc.constantFrom("", "+b", "+b.1-2"))
  .map(([major, minor, patch, pre, build]) => {
    return `${major}.${minor}.${patch}${pre.length > 0 ? `-${pre.join(".")}` : ""}${build}`;
  });
const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

describe("the key of a version", () => {
  it("sorts by its bytes as semver says that versions do", () => {
    fc.assert(
      fc.property(version, version, (one, other) => {
        expect(byBytes(versionKey(one), versionKey(other))).toBe(compare(one, other));
      }),
      { numRuns: 3000 },
    );
  });

  it("sorts close relatives, which chance seldom makes", () => {
    // Semver 2.0.0, section 11, and what lies between.
    const inOrder = "1.0.0-1 1.0.0-2 1.0.0-10 1.0.0-- 1.0.0-a 1.0.0-a.1 1.0.0-a.a 1.0.0-a- 1.0.0-a0 1.0.0-alpha";
    const rest = "1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.0.10";
    const versions = `${inOrder} ${rest} 1.2.0 1.10.0 2.0.0-0 2.0.0 10.0.0`.split(" ");
    for (const one of versions) {
      for (const other of versions) {
        const order = Math.sign(versions.indexOf(one) - versions.indexOf(other));
        expect([one, other, byBytes(versionKey(one), versionKey(other))]).toEqual([one, other, order]);
        expect([one, other, compare(one, other)]).toEqual([one, other, order]);
      }
    }
  });

  it("tells numbers apart that are too large for semver's own", () => {
    const [less, more] = ["1.0.0-90071992547409930", "1.0.0-90071992547409931"];
    expect(byBytes(versionKey(less), versionKey(more))).toBe(-1);
    expect(byBytes(versionKey("1.0.0-9"), versionKey(less))).toBe(-1);
  });

  it("is one for versions that differ in their build alone", () => {
    expect(versionKey("1.0.0+a-b")).toBe(versionKey("1.0.0"));
    expect(versionKey("1.0.0-rc.1+a-b.7")).toBe(versionKey("1.0.0-rc.1"));
  });
});

describe("a version as it is typed", () => {
  it.each([
    ["v1.2.3", "1.2.3"],
    [" 1.2.3 ", "1.2.3"],
    ["1.2.3-rc.1+linux", "1.2.3-rc.1+linux"],
  ])("%j is %s", (typed, version) => {
    expect(Version.parse(typed)).toBe(version);
  });

  it.each([
    "",
    "1",
    "1.2",
    "1.2.3.4",
    "01.2.3",
    "1.2.3-01",
    "vv1.2.3",
    "=1.2.3",
    "v 1.2.3",
    "1.2.3-",
    "latest",
    "^1.2.3",
    "1.2.x",
    "1.2.3-ü",
    "1.2.3 -a",
    `1.2.3-${"a".repeat(100)}`,
    "99999999999999999999.0.0",
  ])("%j is none", (typed) => {
    expect(Version.safeParse(typed).success).toBe(false);
  });

  it("says whether it is a pre-release", () => {
    expect(["1.0.0", "1.0.0+a-b", "1.0.0-a", "1.0.0-0+b"].map(isPreRelease)).toEqual([false, false, true, true]);
  });
});
