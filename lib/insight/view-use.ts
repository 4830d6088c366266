import { z } from "zod";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { ask } from "./ask.ts";
import { demandInsight, productIdOf } from "./demand-insight.ts";
import { Slug } from "./page.ts";
import { Days, daysOf, isoDay, periodOf } from "./period.ts";

export const UseFilter = z.strictObject({ days: Days, product: Slug.optional().describe("A product's slug") });

export interface Fetched {
  pulls: number;
  downloads: number;
}

export interface DayUse extends Fetched {
  /** Its beginning, in UTC. */
  day: Date;
}

export interface Use extends Fetched {
  /** Every day of the period, the oldest first; the last is not over yet. */
  days: DayUse[];
  /** What as many days before the period came to. */
  before: Fetched;
}

/** What was pulled and downloaded day by day, of all products or one. @throws forbidden; not_found; invalid */
export async function viewUse(ctx: Ctx, input: z.input<typeof UseFilter>): Promise<Use> {
  await demandInsight(ctx);
  const { days, product } = parse(UseFilter, input);
  const productId = await productIdOf(ctx, product);
  const period = periodOf(ctx, days);
  const rows = await ask(
    (db) => db.$queryRaw<({ day: string } & Fetched)[]>`
      SELECT to_char(day, 'YYYY-MM-DD') AS day, sum(pulls)::int AS pulls, sum(downloads)::int AS downloads
      FROM product_days
      WHERE tenant_id = ${ctx.tenant.id}::uuid AND (${productId}::uuid IS NULL OR product_id = ${productId}::uuid)
        AND day >= ${period.before}::date AND day <= ${period.last}::date
      GROUP BY 1`,
  );
  const byDay = new Map(rows.map((row) => [row.day, row]));
  const shown = daysOf(period).map((day) => ({ day, ...countOf(byDay.get(isoDay(day))) }));
  return { days: shown, ...sumOf(shown), before: sumOf(rows.filter(({ day }) => day < period.first)) };
}

const countOf = (row: Fetched | undefined): Fetched => ({ pulls: row?.pulls ?? 0, downloads: row?.downloads ?? 0 });

function sumOf(rows: readonly Fetched[]): Fetched {
  const sum = (what: keyof Fetched) => rows.reduce((total, row) => total + row[what], 0);
  return { pulls: sum("pulls"), downloads: sum("downloads") };
}
