import { demand } from "#lib/audit/index.ts";
import { query, sql } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

const DAYS = 30;
const DAY_MS = 86_400_000;

export interface MemberFetches {
  product: { id: string; slug: string; name: string };
  pulls: number;
  downloads: number;
  lastAt: Date;
  /** Each of the last 30 days, the oldest first, with both together. */
  days: { day: Date; fetches: number }[];
}

interface Row {
  id: string;
  slug: string;
  name: string;
  day: string;
  pulls: number;
  downloads: number;
  lastAt: Date;
}

/** What a member pulled and downloaded in the last 30 days, by product and day. @throws forbidden without `member.view` */
export async function listMemberFetches(ctx: Ctx, memberId: string): Promise<MemberFetches[]> {
  await demand(ctx, "member.view");
  // From the beginning of the first day that is shown: the sum is that of the days.
  const since = new Date(ctx.now.getTime() - (DAYS - 1) * DAY_MS);
  since.setUTCHours(0, 0, 0, 0);
  const own = sql`e.member_id = ${memberId}::uuid AND e.tenant_id = ${ctx.tenant.id}::uuid AND e.at >= ${since}`;
  const rows = await query(
    (db) => db.$queryRaw<Row[]>`
      SELECT p.id, p.slug, p.name, to_char(f.at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, sum(f.pull)::int AS pulls,
        sum(1 - f.pull)::int AS downloads, max(f.at) AS "lastAt"
      FROM (SELECT e.product_id, e.at, 1 AS pull FROM pull_events e WHERE ${own}
        UNION ALL SELECT e.product_id, e.at, 0 FROM download_events e WHERE ${own}) f
      JOIN products p ON p.id = f.product_id
      GROUP BY p.id, p.slug, p.name, day ORDER BY p.name`,
  );
  return [...Map.groupBy(rows, ({ id }) => id).values()].map((of) => {
    const [{ id, slug, name }] = of as [Row, ...Row[]];
    return {
      product: { id, slug, name },
      pulls: of.reduce((sum, { pulls }) => sum + pulls, 0),
      downloads: of.reduce((sum, { downloads }) => sum + downloads, 0),
      lastAt: new Date(Math.max(...of.map(({ lastAt }) => lastAt.getTime()))),
      days: everyDay(of, ctx.now),
    };
  });
}

function everyDay(rows: Row[], now: Date): MemberFetches["days"] {
  return Array.from({ length: DAYS }, (_, n) => {
    const day = new Date(now.getTime() - (DAYS - 1 - n) * DAY_MS);
    const row = rows.find((row) => row.day === day.toISOString().slice(0, 10));
    return { day, fetches: (row?.pulls ?? 0) + (row?.downloads ?? 0) };
  });
}
