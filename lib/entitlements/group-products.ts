import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { convergeGroup, groupInTenant, type Moved, subjectOf } from "./group-grants.ts";

export const GroupProductChange = z.strictObject({
  groupId: z.uuid("is not an id"),
  productId: z.uuid("is not an id"),
});

/**
 * Gives a product to everybody in a group, now and whoever joins later. Giving it twice changes nothing.
 * @throws forbidden without `group.manage` and `entitlement.grant`; not_found for a group or product of another tenant
 */
export async function giveToGroup(
  ctx: Ctx,
  input: z.input<typeof GroupProductChange>,
): Promise<Moved & { changed: boolean }> {
  await demand(ctx, "group.manage");
  await demand(ctx, "entitlement.grant");
  const { groupId, productId } = parse(GroupProductChange, input);
  return transaction(async (tx) => {
    const group = await groupInTenant(tx, ctx, groupId);
    const product = await productInTenant(tx, ctx, productId);
    const key = { groupId, productId };
    const standing = await tx.groupProduct.findUnique({ where: { groupId_productId: key } });
    if (standing) return { changed: false, granted: 0, revoked: 0 };
    await tx.groupProduct.create({ data: { ...key, tenantId: ctx.tenant.id, addedAt: ctx.now } });
    const moved = await convergeGroup(tx, ctx, { group });
    const after = { product: product.slug, grants: moved.granted };
    await record(tx, ctx, { action: "group.productAdded", subject: subjectOf(group), after });
    return { changed: true, ...moved };
  });
}

/**
 * Takes a product from a group and ends, in the same transaction, the grants of it that came from there.
 * @throws forbidden without `group.manage` and `entitlement.revoke`; not_found
 */
export async function takeFromGroup(
  ctx: Ctx,
  input: z.input<typeof GroupProductChange>,
): Promise<Moved & { changed: boolean }> {
  await demand(ctx, "group.manage");
  await demand(ctx, "entitlement.revoke");
  const { groupId, productId } = parse(GroupProductChange, input);
  return transaction(async (tx) => {
    const group = await groupInTenant(tx, ctx, groupId);
    const product = await productInTenant(tx, ctx, productId);
    const { count } = await tx.groupProduct.deleteMany({ where: { tenantId: ctx.tenant.id, groupId, productId } });
    if (count === 0) return { changed: false, granted: 0, revoked: 0 };
    const moved = await convergeGroup(tx, ctx, { group, why: `the group ${group.name} no longer gives it` });
    const before = { product: product.slug, grants: moved.revoked };
    await record(tx, ctx, { action: "group.productRemoved", subject: subjectOf(group), before });
    return { changed: true, ...moved };
  });
}
