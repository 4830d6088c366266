import { z } from "zod";
import { activeGrants, inGoodStanding } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type ProductRow, productInTenant } from "#lib/catalog/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";

export interface AffectedMember {
  id: string;
  email: string;
  /** An admin's revoke is the last word about this member and product. */
  revokedByHand: boolean;
}

/** Who would lose a product if it were restricted now, and who holds a grant of it. Members without standing are in neither. */
export interface RestrictionPreview {
  losing: AffectedMember[];
  holding: AffectedMember[];
}

/** @throws forbidden without `entitlement.view`; not_found */
export async function previewRestriction(ctx: Ctx, productId: string): Promise<RestrictionPreview> {
  await demand(ctx, "entitlement.view");
  if (!z.uuid().safeParse(productId).success) throw notFound("product");
  return query(async (tx) => {
    return accessOfMembers(tx, ctx, await productInTenant(tx, ctx, productId));
  });
}

/**
 * The members in good standing, told apart by whether a grant of the product holds now. A hidden product was never open
 * to those without one: there is nothing that they could lose, gain or keep.
 */
export async function accessOfMembers(tx: Tx, ctx: Ctx, product: ProductRow): Promise<RestrictionPreview> {
  const { graceDays } = await tx.tenant.findUniqueOrThrow({
    where: { id: ctx.tenant.id },
    select: { graceDays: true },
  });
  const members = await tx.member.findMany({
    where: { tenantId: ctx.tenant.id, suspendedAt: null },
    include: {
      user: { select: { email: true } },
      subscriptions: true,
      entitlements: { where: { productId: product.id }, orderBy: { id: "asc" } },
    },
    orderBy: { id: "asc" },
  });
  const preview: RestrictionPreview = { losing: [], holding: [] };
  for (const member of members) {
    if (!member.subscriptions.some((subscription) => inGoodStanding(subscription, graceDays, ctx.now))) continue;
    const active = activeGrants(
      member.entitlements.filter((grant) => !grant.revokedAt),
      ctx.now,
    );
    if (active.length === 0 && product.visibility === "hidden") continue;
    // A row that expired on its own, or that Stripe ended, is not somebody's decision against this member.
    const revokedByHand = member.entitlements.some((grant) => /^(user|token):/.test(grant.revokedBy ?? ""));
    const list = active.length > 0 ? preview.holding : preview.losing;
    list.push({ id: member.id, email: member.user.email, revokedByHand });
  }
  return preview;
}
