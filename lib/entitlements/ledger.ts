import { actorKey } from "#lib/access/index.ts";
import type { GrantSource, Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

export type Grant = Prisma.EntitlementGetPayload<object>;

export interface GrantKey {
  memberId: string;
  productId: string;
  source: GrantSource;
  /** What the source calls it; empty for an admin's. */
  sourceRef?: string;
}

/**
 * The row of one source that nobody ended, if it still holds. One whose time is over is ended here, so that a new grant
 * is a new row.
 */
export async function standingGrant(tx: Tx, ctx: Ctx, key: GrantKey): Promise<Grant | null> {
  // One change at a time to a member's ledger, so that the second of two equal grants finds the first.
  await tx.$queryRaw`SELECT id FROM members WHERE id = ${key.memberId}::uuid FOR NO KEY UPDATE`;
  const where = { ...key, sourceRef: key.sourceRef ?? "", tenantId: ctx.tenant.id, revokedAt: null };
  const grant = await tx.entitlement.findFirst({ where });
  if (!grant?.expiresAt || grant.expiresAt > ctx.now) return grant;
  await tx.entitlement.update({
    where: { id: grant.id },
    data: { revokedAt: grant.expiresAt, revokedBy: "system", revokeReason: "expired" },
  });
  return null;
}

/** Adds a row. The partial unique index refuses a second one of the same source and reference. */
export async function addGrant(
  tx: Tx,
  ctx: Ctx,
  grant: GrantKey & { reason?: string; expiresAt?: Date | null },
): Promise<Grant> {
  return tx.entitlement.create({
    data: {
      tenantId: ctx.tenant.id,
      memberId: grant.memberId,
      productId: grant.productId,
      source: grant.source,
      sourceRef: grant.sourceRef ?? "",
      reason: grant.reason ?? "",
      grantedBy: actorKey(ctx.actor),
      grantedAt: ctx.now,
      expiresAt: grant.expiresAt,
    },
  });
}
