import { z } from "zod";

const PATTERNS_MAX = 20;
/** A pattern for tags: their own characters, and `*` for any run of characters (none, too). */
const PATTERN = /^[a-zA-Z0-9._*-]{1,128}$/;

export function isTagPattern(text: string): boolean {
  return PATTERN.test(text);
}

export const TagPatterns = z
  .array(z.string().trim().refine(isTagPattern, "may have letters, digits, dots, dashes, underscores and *"))
  .max(PATTERNS_MAX, `may be at most ${PATTERNS_MAX}`)
  .transform((patterns) => [...new Set(patterns)]);

const Days = z.int().min(1).max(3650).nullable();

/** What is kept; a rule that is null does not speak. With neither `keepLast` nor `keepDays` no tag ever goes. */
export const RetentionRule = z.strictObject({
  /** The newest tags of each repository, by when they were last moved. */
  keepLast: z.int().min(1).max(10_000).nullable(),
  keepDays: Days,
  keepPatterns: TagPatterns,
  /** Whatever was pulled, by tag or digest, in the last days. */
  keepPulledDays: Days,
  /** Manifests without a tag go once they are that old. Null keeps them. */
  untaggedDays: Days,
});
export type RetentionRule = z.output<typeof RetentionRule>;

/** Whether anything could ever go by a rule. */
export function takesAnything(rule: RetentionRule): boolean {
  return rule.keepLast !== null || rule.keepDays !== null || rule.untaggedDays !== null;
}

/** What is wrong with a rule that is to be applied and takes nothing. */
export const TAKES_NOTHING =
  "needs a number to keep, an age, or an age for untagged manifests: so far nothing ever goes";
