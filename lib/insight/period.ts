import { z } from "zod";
import { sql } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

export const PERIODS = ["7", "30", "90", "365"] as const;

/** How many days in UTC a question is about: today, which is not over yet, is the last. */
export const Days = z.enum(PERIODS).default("30");

const DAY_MS = 86_400_000;

/** Days as SQL takes them, `2026-11-22`. */
export interface Period {
  days: number;
  first: string;
  last: string;
  /** Where as many days before the first begin. */
  before: string;
}

export function periodOf({ now }: Pick<Ctx, "now">, asked: z.output<typeof Days>): Period {
  const days = Number(asked);
  const ago = (count: number) => isoDay(new Date(now.getTime() - count * DAY_MS));
  return { days, first: ago(days - 1), last: ago(0), before: ago(2 * days - 1) };
}

/** Whether a row's `day` is in the period. */
export const inPeriodSql = ({ first, last }: Period) => sql`day >= ${first}::date AND day <= ${last}::date`;

/** Each day of the period, the oldest first. */
export function daysOf({ days, first }: Period): Date[] {
  const begin = Date.parse(first);
  return Array.from({ length: days }, (_, n) => new Date(begin + n * DAY_MS));
}

export const isoDay = (at: Date) => at.toISOString().slice(0, 10);
