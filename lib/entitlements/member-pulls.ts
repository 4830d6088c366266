import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

const DAYS = 30;
const DAY_MS = 86_400_000;

export interface MemberPulls {
  product: { id: string; slug: string; name: string };
  pulls: number;
  lastAt: Date;
  /** Each of the last 30 days, the oldest first. */
  days: { day: Date; pulls: number }[];
}

interface Row {
  id: string;
  slug: string;
  name: string;
  day: string;
  pulls: number;
  lastAt: Date;
}

/** What a member pulled in the last 30 days, by product and day. @throws forbidden without `member.view` */
export async function listMemberPulls(ctx: Ctx, memberId: string): Promise<MemberPulls[]> {
  await demand(ctx, "member.view");
  // From the beginning of the first day that is shown: the sum is that of the days.
  const since = new Date(ctx.now.getTime() - (DAYS - 1) * DAY_MS);
  since.setUTCHours(0, 0, 0, 0);
  const rows = await query(
    (db) => db.$queryRaw<Row[]>`
      SELECT p.id, p.slug, p.name, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS pulls,
        max(e.at) AS "lastAt"
      FROM pull_events e JOIN products p ON p.id = e.product_id
      WHERE e.member_id = ${memberId}::uuid AND e.tenant_id = ${ctx.tenant.id}::uuid AND e.at >= ${since}
      GROUP BY p.id, p.slug, p.name, day ORDER BY p.name`,
  );
  return [...Map.groupBy(rows, ({ id }) => id).values()].map((of) => {
    const [{ id, slug, name }] = of as [Row, ...Row[]];
    return {
      product: { id, slug, name },
      pulls: of.reduce((sum, { pulls }) => sum + pulls, 0),
      lastAt: new Date(Math.max(...of.map(({ lastAt }) => lastAt.getTime()))),
      days: everyDay(of, ctx.now),
    };
  });
}

function everyDay(rows: Row[], now: Date): MemberPulls["days"] {
  return Array.from({ length: DAYS }, (_, n) => {
    const day = new Date(now.getTime() - (DAYS - 1 - n) * DAY_MS);
    return { day, pulls: rows.find((row) => row.day === day.toISOString().slice(0, 10))?.pulls ?? 0 };
  });
}
