import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type ProductRow, productInTenant } from "#lib/catalog/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import { parse } from "../parse.ts";
import { keepableMembers } from "./preview-restriction.ts";

export const RestrictProduct = z.strictObject({
  productId: z.uuid("is not an id"),
  requiresEntitlement: z.boolean("must be true or false"),
  /** Gives every member who would lose access a `backfill` grant, in the same transaction. */
  keepAccess: z.boolean("must be true or false").default(true),
});

/**
 * Sells a product as an add-on (restricted), or opens it to every member again. Doing it twice changes nothing.
 * Whoever an admin revoked by hand is not given back their access by `keepAccess`.
 * @returns how many members were given a backfill grant
 * @throws forbidden without `product.restrict`; not_found for a product of another tenant
 */
export async function restrictProduct(
  ctx: Ctx,
  input: z.input<typeof RestrictProduct>,
): Promise<{ product: ProductRow; changed: boolean; kept: number }> {
  await demand(ctx, "product.restrict");
  const { productId, requiresEntitlement, keepAccess } = parse(RestrictProduct, input);
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM products WHERE id = ${productId}::uuid FOR UPDATE`;
    const before = await productInTenant(tx, ctx, productId);
    if (before.requiresEntitlement === requiresEntitlement) return { product: before, changed: false, kept: 0 };

    const keeping = requiresEntitlement && keepAccess ? await keepableMembers(tx, ctx, before) : [];
    await addBackfill(tx, ctx, { productId, memberIds: keeping });
    const product = await tx.product.update({ where: { id: productId }, data: { requiresEntitlement } });
    await record(tx, ctx, {
      action: requiresEntitlement ? "product.restricted" : "product.opened",
      subject: { type: "product", id: product.id, label: product.slug },
      before: { requiresEntitlement: before.requiresEntitlement },
      after: { requiresEntitlement, backfilled: keeping.length },
    });
    return { product, changed: true, kept: keeping.length };
  });
}

// In one statement: there may be as many as the tenant has members.
async function addBackfill(
  tx: Tx,
  ctx: Ctx,
  { productId, memberIds }: { productId: string; memberIds: string[] },
): Promise<void> {
  if (memberIds.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, reason, granted_by, granted_at)
    SELECT id, ${ctx.tenant.id}::uuid, member_id, ${productId}::uuid, 'backfill',
      'had access when the product was restricted', 'system', ${ctx.now}
    FROM unnest(${memberIds.map(() => newId())}::uuid[], ${memberIds}::uuid[]) AS kept (id, member_id)`;
}
