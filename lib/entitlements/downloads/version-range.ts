import { type Comparator, Range, valid, validRange } from "semver";
import { z } from "zod";
import { versionKey } from "#lib/releases/index.ts";

const RANGE_MAX = 200;

/** Versions between two keys (lib/releases, versionKey); each bound null where there is none. */
export interface Span {
  ge: string | null;
  gt: string | null;
  le: string | null;
  lt: string | null;
  /** The keys of the main versions whose pre-releases are meant too; null for those of all. */
  pre: string[] | null;
}

/** A version (`1.4.0`, `v1.4.0`) or a range of them as npm reads it: `^1.2`, `~2.0.1`, `>=1.4 <3`, `1.x || 3.x`. */
export const VersionRange = z
  .string()
  .trim()
  .min(1)
  .max(RANGE_MAX)
  .refine((text) => validRange(text) !== null, "is no version and no range: write 1.4.0, ^1.2, ~2.0.1 or >=1.4 <3");

/** The version that a range is by its name; null where it is more than one. */
export const exactVersion = (range: string) => valid(range);

/** What a range means: a version is meant where it lies in any of these, as semver's own `satisfies` says. */
export function spansOf(range: string, { preReleases }: { preReleases: boolean }): Span[] {
  return new Range(range, { includePrerelease: preReleases }).set.map((set) => spanOf(set, preReleases));
}

function spanOf(comparators: readonly Comparator[], preReleases: boolean): Span {
  const bounds = comparators
    // semver's symbol for any version has none.
    .filter(({ semver }) => semver.version)
    .map(({ operator, semver }) => ({ operator: operator || "=", key: versionKey(semver.version), semver }));
  const keys = (...operators: string[]) =>
    bounds.filter(({ operator }) => operators.includes(operator)).map(({ key }) => key);
  const named = bounds.filter(({ semver }) => semver.prerelease.length > 0);
  return {
    ge: highest(keys(">=", "=")),
    gt: highest(keys(">")),
    le: lowest(keys("<=", "=")),
    lt: lowest(keys("<")),
    pre: preReleases ? null : named.map(({ key }) => mainOf(key)),
  };
}

const highest = (keys: string[]) => keys.reduce<string | null>((a, b) => (a === null || b > a ? b : a), null);
const lowest = (keys: string[]) => keys.reduce<string | null>((a, b) => (a === null || b < a ? b : a), null);

/** A key's part for major, minor and patch. */
const mainOf = (key: string) => key.split(/[-~]/)[0] ?? key;
