import { z } from "zod";
import { sql } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { ask } from "./ask.ts";
import { demandInsight, productIdOf } from "./demand-insight.ts";
import { newestSql, stableKeysSql, VERSION_OF, VERSION_SHOWN } from "./newest-sql.ts";
import { Limit, type Page, pageOf, Slug } from "./page.ts";
import { Days, periodOf } from "./period.ts";

export const VersionUseFilter = z.strictObject({
  days: Days,
  product: Slug.describe("A product's slug"),
  /** How many rows are before the page. */
  after: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: Limit,
});

/** A version that somebody has, or the tag of images that no release ties; both null: pulled by digest, of no version. */
export interface RunVersion {
  version: string | null;
  state: "draft" | "published" | "yanked" | "archived" | "deleted" | null;
  tag: string | null;
  recalled: boolean;
}

export interface VersionUse extends RunVersion {
  /** The highest published version in the channel stable. */
  latest: boolean;
  /** Members whose newest version it is, of what they fetched in the period. */
  members: number;
  /** Of all members who fetched something of the product in the period: between 0 and 1. */
  share: number;
  lastAt: Date;
}

/**
 * How many members have come how far: each counts once, with the highest version of what they fetched in the period. The
 * highest versions first, tags after them. @throws forbidden; not_found; invalid
 */
export async function listVersionUse(ctx: Ctx, input: z.input<typeof VersionUseFilter>): Promise<Page<VersionUse>> {
  await demandInsight(ctx);
  const filter = parse(VersionUseFilter, input);
  const productId = await productIdOf(ctx, filter.product);
  if (!productId) throw notFound("product");
  return readVersionUse(ctx, { ...filter, productId });
}

/** The same for whoever asked for the right, with any limit. */
export async function readVersionUse(
  ctx: Ctx,
  { days, productId, after, limit }: Omit<z.output<typeof VersionUseFilter>, "product"> & { productId: string },
): Promise<Page<VersionUse>> {
  const since = new Date(periodOf(ctx, days).first);
  const read = await ask(
    (db) => db.$queryRaw<VersionUse[]>`
      WITH ${newestSql({ tenantId: ctx.tenant.id, productId, since })},
      n AS (
        SELECT product_id, key, CASE WHEN key IS NULL THEN tag END AS tag, count(*)::int AS members,
          count(*)::float / sum(count(*)) OVER () AS share, max(last_at) AS last_at
        FROM newest GROUP BY 1, 2, 3)
      SELECT ${VERSION_SHOWN}, n.tag, n.members, n.share::float, n.last_at AS "lastAt",
        coalesce(n.key = (${stableKeysSql(sql`${productId}::uuid`)} LIMIT 1), false) AS latest
      FROM n ${VERSION_OF}
      ORDER BY n.key COLLATE "C" DESC NULLS LAST, n.members DESC, n.tag COLLATE "C" LIMIT ${limit + 1} OFFSET ${after}`,
  );
  return pageOf(read, limit, () => String(after + limit));
}
