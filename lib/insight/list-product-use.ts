import { z } from "zod";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { ask } from "./ask.ts";
import { demandInsight } from "./demand-insight.ts";
import { Limit, type Page, pageOf, partsOf, Search, UseCursor } from "./page.ts";
import { Days, inPeriodSql, periodOf } from "./period.ts";
import type { Fetched } from "./view-use.ts";

export const ProductUseFilter = z.strictObject({
  days: Days,
  /** A part of the name or the slug. */
  search: Search,
  after: UseCursor.optional(),
  limit: Limit,
});

export interface ProductUse extends Fetched {
  product: { id: string; slug: string; name: string; archived: boolean };
  /** How many members fetched something of it in the period. */
  members: number;
  /** When it was last fetched, ever. */
  lastAt: Date | null;
}

/**
 * What was fetched of each product, the most used first. One that nobody fetched is among them, an archived one only where
 * it was fetched. @throws forbidden; invalid
 */
export async function listProductUse(ctx: Ctx, input: z.input<typeof ProductUseFilter>): Promise<Page<ProductUse>> {
  await demandInsight(ctx);
  return readProductUse(ctx, parse(ProductUseFilter, input));
}

/** The same for whoever asked for the right, with any limit. */
export async function readProductUse(
  ctx: Ctx,
  { days, search = "", after, limit }: z.output<typeof ProductUseFilter>,
): Promise<Page<ProductUse>> {
  const inPeriod = inPeriodSql(periodOf(ctx, days));
  const from = partsOf(after);
  const tenantId = ctx.tenant.id;
  const read = await ask(
    (db) => db.$queryRaw<ProductUse[]>`
      SELECT json_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'archived', p.archived_at IS NOT NULL) AS product,
        u.pulls, u.downloads, coalesce(m.members, 0) AS members, last.last_at AS "lastAt"
      FROM products p
      LEFT JOIN LATERAL (SELECT coalesce(sum(pulls), 0)::int AS pulls, coalesce(sum(downloads), 0)::int AS downloads
        FROM product_days WHERE tenant_id = p.tenant_id AND product_id = p.id AND ${inPeriod}) u ON true
      LEFT JOIN (SELECT product_id, count(*)::int AS members FROM (
        SELECT DISTINCT product_id, member_id FROM member_days WHERE tenant_id = ${tenantId}::uuid AND ${inPeriod}) each
        GROUP BY 1) m ON m.product_id = p.id
      LEFT JOIN LATERAL (SELECT last_at FROM product_days WHERE tenant_id = p.tenant_id AND product_id = p.id
        ORDER BY day DESC LIMIT 1) last ON true
      WHERE p.tenant_id = ${tenantId}::uuid AND (p.archived_at IS NULL OR u.pulls + u.downloads > 0)
        AND (position(lower(${search}) IN lower(p.name)) > 0 OR position(lower(${search}) IN p.slug) > 0)
        AND (${from.id}::uuid IS NULL OR u.pulls + u.downloads < ${from.uses}::int
          OR (u.pulls + u.downloads = ${from.uses}::int AND p.id > ${from.id}::uuid))
      ORDER BY u.pulls + u.downloads DESC, p.id LIMIT ${limit + 1}`,
  );
  return pageOf(read, limit, ({ product, pulls, downloads }) => `${pulls + downloads}.${product.id}`);
}
