import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTagPattern } from "#lib/policies/index.ts";
import { immutableBy, isAttachedTag, matchesPattern, patternOf, subjectOfTag } from "./tag-pattern.ts";

const HEX = "a".repeat(64);

describe("a pattern for tags", () => {
  it.each([
    ["v1.0", "v*", true],
    ["v", "v*", true],
    ["dev", "v*", false],
    ["v1x0", "v1.0", false],
    ["anything", "*", true],
    ["1.2.3-rc.1", "*-rc.*", true],
    ["1.2.3-rc", "*-rc.*", false],
    ["abcabd", "*abd", true],
    ["V1", "v*", false],
    ["latest", "late", false],
  ])("%s against %s: %s", (tag, pattern, matches) => {
    expect(matchesPattern(tag, pattern)).toBe(matches);
  });

  it("matches what a regular expression of the same meaning matches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", ".", "-"), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (tag, given) => {
        const meaning = given.replaceAll(".", "\\.").replace(/\*+/g, ".*");
        expect(matchesPattern(tag, given)).toBe(new RegExp(`^${meaning}$`).test(tag));
      }),
      { numRuns: 2000 },
    );
  });

  it("made of many stars is answered at once", () => {
    expect(matchesPattern("a".repeat(128), `${"*a".repeat(63)}*b`)).toBe(false);
  });

  it("is made of a tag's characters and stars alone", () => {
    for (const good of ["*", "v*", "1.0", "a_b-*"]) expect([good, isTagPattern(good)]).toEqual([good, true]);
    for (const bad of ["", "v?", "a b", "(a+)+", "a/b", "x".repeat(129), "é"])
      expect([bad, isTagPattern(bad)]).toEqual([bad, false]);
  });
});

describe("the patterns of immutable tags", () => {
  it("name the first that matches", () => {
    expect(patternOf("v2", ["1.*", "v*", "*"])).toBe("v*");
    expect(patternOf("dev", ["1.*", "v*"])).toBeNull();
  });

  it.each([`sha256-${HEX}`, `sha256-${HEX}.sig`, `sha256-${HEX}.att`, `sha512-${HEX}${HEX}.sbom`, `sha512-${HEX}`])(
    "let %s move, even all of them",
    (tag) => expect(immutableBy(tag, ["*"])).toBeNull(),
  );

  it.each([`sha256-${HEX}x`, `sha256-${HEX.slice(1)}`, `sha256-${HEX}${HEX}`, `v-sha256-${HEX}`, `sha256-${HEX}.SIG`])(
    "keep %s, which only looks like a signature",
    (tag) => expect(immutableBy(tag, ["*"])).toBe("*"),
  );

  it("know whose signature a tag is", () => {
    expect(subjectOfTag(`sha256-${HEX}.sig`)).toBe(`sha256:${HEX}`);
    expect(subjectOfTag("latest")).toBeNull();
    expect([isAttachedTag(`sha512-${HEX}`), subjectOfTag(`sha512-${HEX}`)]).toEqual([true, null]);
  });
});
