import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import type { ProductRow } from "#lib/catalog/index.ts";
import { query, sql } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { activeSql } from "./access-sql.ts";

export const SOURCES = ["admin", "stripe", "backfill", "group"] as const;
export type Source = (typeof SOURCES)[number];

export interface EntitledProduct {
  product: ProductRow;
  /** Members with a grant that holds now, by its source; who has several counts under each. */
  holders: Record<Source, number>;
  /** The same members, each once. */
  members: number;
}

/** The products that are not archived, by name, with how many hold each. @throws forbidden without `entitlement.view` */
export async function listEntitledProducts(ctx: Ctx): Promise<EntitledProduct[]> {
  await demand(ctx, "entitlement.view");
  const [products, rows] = await query((db) =>
    Promise.all([
      db.product.findMany({ where: { tenantId: ctx.tenant.id, archivedAt: null }, orderBy: { name: "asc" } }),
      db.$queryRaw<{ productId: string; source: Source | null; members: bigint }[]>`
        SELECT e.product_id AS "productId", e.source, count(DISTINCT e.member_id) AS members
        FROM entitlements e WHERE e.tenant_id = ${ctx.tenant.id}::uuid AND ${activeSql(ctx)}
        GROUP BY GROUPING SETS ((e.product_id, e.source), (e.product_id))`,
    ]),
  );
  return products.map((product) => {
    const of = (source: Source | null) =>
      Number(rows.find((row) => row.productId === product.id && row.source === source)?.members ?? 0);
    const holders = { admin: of("admin"), stripe: of("stripe"), backfill: of("backfill"), group: of("group") };
    return { product, holders, members: of(null) };
  });
}

export const HolderFilter = z.strictObject({
  productId: z.uuid("is not an id"),
  source: z.enum(SOURCES).optional(),
  /** A part of the name or the address. */
  search: z.string().trim().max(200).optional(),
  /** The grant's id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});

export interface HolderRow {
  /** The grant's. */
  id: string;
  memberId: string;
  email: string;
  source: Source;
  sourceRef: string;
  reason: string;
  grantedAt: Date;
  startsAt: Date | null;
  expiresAt: Date | null;
  /** Whether access stays where this row ends: another one holds now. */
  others: boolean;
}

/** The grants of a product that hold now or are yet to begin, newest first. @throws forbidden; invalid */
export async function listHolders(
  ctx: Ctx,
  input: z.input<typeof HolderFilter>,
): Promise<{ holders: HolderRow[]; next: string | null }> {
  await demand(ctx, "entitlement.view");
  const { productId, source, search, after, limit } = parse(HolderFilter, input);
  const other = sql`SELECT FROM entitlements e WHERE e.member_id = g.member_id AND e.product_id = g.product_id
    AND e.id <> g.id AND ${activeSql(ctx)}`;
  const rows = await query(
    (db) => db.$queryRaw<HolderRow[]>`
      SELECT g.id, g.member_id AS "memberId", u.email, g.source, g.source_ref AS "sourceRef", g.reason,
        g.granted_at AS "grantedAt", g.starts_at AS "startsAt", g.expires_at AS "expiresAt", EXISTS (${other}) AS others
      FROM entitlements g JOIN members m ON m.id = g.member_id JOIN users u ON u.id = m.user_id
      WHERE g.tenant_id = ${ctx.tenant.id}::uuid AND g.product_id = ${productId}::uuid AND g.revoked_at IS NULL
        AND (g.expires_at IS NULL OR g.expires_at > ${ctx.now})
        AND (${source ?? null}::text IS NULL OR g.source::text = ${source ?? null}::text)
        AND (${after ?? null}::uuid IS NULL OR g.id < ${after ?? null}::uuid)
        AND (position(lower(${search ?? ""}) IN u.email) > 0 OR position(lower(${search ?? ""}) IN lower(u.name)) > 0)
      ORDER BY g.id DESC LIMIT ${limit + 1}`,
  );
  const holders = rows.slice(0, limit);
  return { holders, next: rows.length > limit ? (holders.at(-1)?.id ?? null) : null };
}
