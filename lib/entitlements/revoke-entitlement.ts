import { z } from "zod";
import { actorKey } from "#lib/access/index.ts";
import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import type { Grant } from "./ledger.ts";

export const RevokeEntitlement = z.strictObject({
  entitlementId: z.uuid("is not an id"),
  reason: z.string().trim().max(500, "may have at most 500 characters").default(""),
});

/**
 * Ends one row of the ledger for the next request. Rows of other sources stay, and with them the access that they give.
 * Ending a row twice changes nothing, and says so.
 * @throws forbidden without `entitlement.revoke`; not_found for a row of another tenant
 */
export async function revokeEntitlement(
  ctx: Ctx,
  input: z.input<typeof RevokeEntitlement>,
): Promise<{ grant: Grant; changed: boolean }> {
  await demand(ctx, "entitlement.revoke");
  const { entitlementId, reason } = parse(RevokeEntitlement, input);
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM entitlements WHERE id = ${entitlementId}::uuid FOR UPDATE`;
    const row = await tx.entitlement.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenant.id, id: entitlementId } },
      include: { member: { include: { user: { select: { email: true } } } }, product: { select: { slug: true } } },
    });
    if (!row) throw notFound("entitlement");
    const { member, product, ...grant } = row;
    if (grant.revokedAt) return { grant, changed: false };
    const revoked = await tx.entitlement.update({
      where: { id: grant.id },
      data: { revokedAt: ctx.now, revokedBy: actorKey(ctx.actor), revokeReason: reason },
    });
    await record(tx, ctx, {
      action: "entitlement.revoked",
      subject: { type: "entitlement", id: grant.id, label: `${member.user.email} · ${product.slug}` },
      reason: reason || undefined,
      before: { member: member.user.email, product: product.slug, source: grant.source },
    });
    return { grant: revoked, changed: true };
  });
}
