import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import type { Grant } from "./ledger.ts";
import { endAndRecord } from "./set-grant.ts";

export const RevokeEntitlement = z.strictObject({
  entitlementId: z.uuid("is not an id"),
  reason: z.string().trim().max(500, "may have at most 500 characters").default(""),
});

/**
 * Ends one row of the ledger for the next request. Rows of other sources stay, and with them the access that they give.
 * Ending a row twice changes nothing, and says so.
 * @throws forbidden without `entitlement.revoke`; not_found for a row of another tenant; conflict for a group's row,
 * which the group would give again
 */
export async function revokeEntitlement(
  ctx: Ctx,
  input: z.input<typeof RevokeEntitlement>,
): Promise<{ grant: Grant; changed: boolean }> {
  await demand(ctx, "entitlement.revoke");
  const { entitlementId, reason } = parse(RevokeEntitlement, input);
  return transaction(async (tx) => {
    // As in standingGrant: one change at a time to a member's ledger.
    await tx.$queryRaw`
      SELECT id FROM members WHERE id = (SELECT member_id FROM entitlements
        WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${entitlementId}::uuid) FOR NO KEY UPDATE`;
    const grant = await tx.entitlement.findUnique({
      where: { tenantId_id: { tenantId: ctx.tenant.id, id: entitlementId } },
    });
    if (!grant) throw notFound("entitlement");
    if (grant.revokedAt) return { grant, changed: false };
    if (grant.source === "group") throw conflict("That grant comes from a group: take the member out of it instead.");
    const revoked = await endAndRecord(tx, ctx, { grant, reason });
    return { grant: revoked, changed: true };
  });
}
