import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type ProductRow, productInTenant } from "#lib/catalog/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { addMany } from "./add-many.ts";
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
    await tx.$queryRaw`SELECT id FROM products WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${productId}::uuid
      FOR UPDATE`;
    const before = await productInTenant(tx, ctx, productId);
    if (before.requiresEntitlement === requiresEntitlement) return { product: before, changed: false, kept: 0 };

    const keeping = requiresEntitlement && keepAccess ? await keepableMembers(tx, ctx, before) : [];
    const reason = "had access when the product was restricted";
    const pairs = keeping.map((memberId) => ({ memberId, productId }));
    await addMany(tx, ctx, { source: "backfill", sourceRef: "", reason, grantedBy: "system", pairs });
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
