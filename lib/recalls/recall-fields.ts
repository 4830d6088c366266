import { z } from "zod";

/** Said to whoever fetched it: what is wrong. */
export const RecallReason = z
  .string()
  .trim()
  .min(1, "is missing: say what is wrong with it")
  .max(1000)
  .regex(/^[^\p{Cc}]*(?:\r?\n[^\p{Cc}]*)*$/u, "may hold no control characters");

/** What to move to, in words: `1.4.2`. */
export const Replacement = z
  .string()
  .trim()
  .max(200)
  .regex(/^\P{Cc}*$/u, "must be one line")
  .optional();

/** What every recall is told, beside what is recalled. */
export const RECALL_FIELDS = {
  reason: RecallReason,
  replacement: Replacement,
  /** Tell the members who fetched it, by mail. */
  notify: z.boolean().default(false),
};

const YANK_REASON_MAX = 500;

/** A reason as one line of some length at most. */
export function oneLine(reason: string, max: number = YANK_REASON_MAX): string {
  const line = reason.replace(/\s+/g, " ");
  return line.length > max ? `${line.slice(0, max - 1).trimEnd()}…` : line;
}
