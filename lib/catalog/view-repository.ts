import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { repositoryById } from "./repositories.ts";
import { rulesOf } from "./tag-rules.ts";

export interface RepositoryView {
  id: string;
  name: string;
  product: { id: string; slug: string; name: string };
  immutablePatterns: string[];
  /** Each of the last 30 days, the oldest first, with its pulls. */
  pulls: { day: Date; pulls: number }[];
}

const DAY_MS = 86_400_000;
export const PULL_DAYS = 30;

/** One repository, for its pages. @throws forbidden; not_found */
export async function viewRepository(ctx: Ctx, id: string): Promise<RepositoryView> {
  await demand(ctx, "product.view");
  return query(async (db) => {
    const row = await repositoryById(db, ctx, id);
    const product = await db.product.findUniqueOrThrow({
      where: { id: row.productId },
      select: { id: true, slug: true, name: true, tenantId: true },
    });
    const counted = await db.$queryRaw<{ day: Date; pulls: number }[]>`
      SELECT day, sum(pulls)::int AS pulls FROM pull_days
      WHERE repository_id = ${row.id}::uuid AND day > (now() AT TIME ZONE 'UTC')::date - ${PULL_DAYS}::int GROUP BY day`;
    const { immutablePatterns } = await rulesOf(db, product);
    return { id: row.id, name: row.name, product, immutablePatterns, pulls: everyDay(counted, ctx.now) };
  });
}

function everyDay(counted: readonly { day: Date; pulls: number }[], now: Date): RepositoryView["pulls"] {
  const byDay = new Map(counted.map(({ day, pulls }) => [dayOf(day), pulls]));
  return Array.from({ length: PULL_DAYS }, (_, n) => {
    const day = new Date(now.getTime() - (PULL_DAYS - 1 - n) * DAY_MS);
    return { day, pulls: byDay.get(dayOf(day)) ?? 0 };
  });
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10);
