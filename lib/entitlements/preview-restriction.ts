import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { type ProductRow, productInTenant } from "#lib/catalog/index.ts";
import { query, type Sql, sql, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { activeSql, inGoodStandingSql, revokedByHandSql } from "./access-sql.ts";

/**
 * How a restriction moves a member in good standing: `keepable` could have the product until now and hold no grant; so do
 * those `revoked` by hand, whom keep-current-access leaves out; `holding` have a grant.
 */
export const AFFECTED = ["keepable", "revoked", "holding"] as const;
export type AffectedGroup = (typeof AFFECTED)[number];

export interface AffectedMember {
  id: string;
  email: string;
}

/** How many members a restriction would move which way now, with the first few of each. Members without standing are in none. */
export type RestrictionPreview = Record<AffectedGroup, { count: number; first: AffectedMember[] }>;

const FIRST = 3;

/** @throws forbidden without `entitlement.view`; not_found */
export async function previewRestriction(ctx: Ctx, productId: string): Promise<RestrictionPreview> {
  await demand(ctx, "entitlement.view");
  if (!z.uuid().safeParse(productId).success) throw notFound("product");
  return query(async (tx) => {
    const affected = await affectedSql(tx, ctx, await productInTenant(tx, ctx, productId));
    const rows = await tx.$queryRaw<{ group: AffectedGroup; count: bigint; ids: string[]; emails: string[] }[]>`
      SELECT "group", count(*) AS count, (array_agg(id ORDER BY email))[:${FIRST}::int] AS ids,
        (array_agg(email ORDER BY email))[:${FIRST}::int] AS emails
      FROM (${affected}) affected GROUP BY "group"`;
    const of = (group: AffectedGroup) => {
      const row = rows.find((one) => one.group === group);
      const first = row?.ids.map((id, n) => ({ id, email: row.emails[n] ?? "" })) ?? [];
      return { count: Number(row?.count ?? 0), first };
    };
    return { keepable: of("keepable"), revoked: of("revoked"), holding: of("holding") };
  });
}

export const AffectedFilter = z.strictObject({
  productId: z.uuid("is not an id"),
  group: z.enum(AFFECTED),
  /** A part of the address. */
  search: z.string().trim().max(200).optional(),
  /** The address after which the page begins. */
  after: z.string().max(320).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Those members of a preview one by one, by address. @throws as previewRestriction; invalid */
export async function listAffected(
  ctx: Ctx,
  input: z.input<typeof AffectedFilter>,
): Promise<{ members: AffectedMember[]; next: string | null }> {
  await demand(ctx, "entitlement.view");
  const { productId, group, search, after, limit } = parse(AffectedFilter, input);
  return query(async (tx) => {
    const affected = await affectedSql(tx, ctx, await productInTenant(tx, ctx, productId));
    const rows = await tx.$queryRaw<AffectedMember[]>`
      SELECT id, email FROM (${affected}) affected
      WHERE "group" = ${group} AND email > ${after ?? ""} AND position(lower(${search ?? ""}) IN email) > 0
      ORDER BY email LIMIT ${limit + 1}`;
    const members = rows.slice(0, limit);
    return { members, next: rows.length > limit ? (members.at(-1)?.email ?? null) : null };
  });
}

/** The ids of the members who would lose a product by its restriction, and whom nobody told apart by hand. */
export async function keepableMembers(tx: Tx, ctx: Ctx, product: ProductRow): Promise<string[]> {
  const affected = await affectedSql(tx, ctx, product);
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM (${affected}) affected WHERE "group" = 'keepable' ORDER BY id`;
  return rows.map(({ id }) => id);
}

/**
 * The members in good standing with their group. A hidden product was never open to those without a grant: there is nothing
 * that they could lose, gain or keep.
 */
async function affectedSql(tx: Tx, ctx: Ctx, product: ProductRow): Promise<Sql> {
  const where = { id: ctx.tenant.id };
  const { graceDays } = await tx.tenant.findUniqueOrThrow({ where, select: { graceDays: true } });
  const asOf = { now: ctx.now, graceDays };
  const open = product.visibility === "hidden" ? sql`(held.member_id IS NOT NULL)` : sql`true`;
  return sql`
    SELECT m.id, u.email, CASE WHEN held.member_id IS NOT NULL THEN 'holding'
      WHEN ${revokedByHandSql(product.id)} THEN 'revoked' ELSE 'keepable' END AS "group"
    FROM members m JOIN users u ON u.id = m.user_id
    LEFT JOIN (SELECT DISTINCT e.member_id FROM entitlements e WHERE e.tenant_id = ${ctx.tenant.id}::uuid
      AND e.product_id = ${product.id}::uuid AND ${activeSql(asOf)}) held ON held.member_id = m.id
    WHERE m.tenant_id = ${ctx.tenant.id}::uuid AND ${inGoodStandingSql(asOf)} AND ${open}`;
}
