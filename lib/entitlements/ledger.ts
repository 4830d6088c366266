import { actorKey } from "#lib/access/index.ts";
import type { GrantSource, Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

export type Grant = Prisma.EntitlementGetPayload<object>;

/** What the ledger needs of a context: an event of Stripe's has no more. */
export type LedgerCtx = Pick<Ctx, "tenant" | "actor" | "requestId" | "now">;

export interface GrantKey {
  memberId: string;
  productId: string;
  source: GrantSource;
  /** What the source calls it; empty for an admin's. */
  sourceRef?: string;
}

export interface GrantTerms {
  reason?: string;
  /** None is at once. */
  startsAt?: Date | null;
  /** None is for good. */
  expiresAt?: Date | null;
}

/**
 * The row of one source that nobody ended, if it still holds or is yet to begin. One whose time is over is ended here, so
 * that a new grant is a new row.
 */
export async function standingGrant(tx: Tx, ctx: LedgerCtx, key: GrantKey): Promise<Grant | null> {
  // One change at a time to a member's ledger, so that the second of two equal grants finds the first.
  await tx.$queryRaw`SELECT id FROM members WHERE id = ${key.memberId}::uuid FOR NO KEY UPDATE`;
  const { memberId, productId, source, sourceRef = "" } = key;
  const where = { tenantId: ctx.tenant.id, memberId, productId, source, sourceRef, revokedAt: null };
  const grant = await tx.entitlement.findFirst({ where });
  if (!grant?.expiresAt || grant.expiresAt > ctx.now) return grant;
  await tx.entitlement.update({
    where: { id: grant.id },
    data: { revokedAt: grant.expiresAt, revokedBy: "system", revokeReason: "expired" },
  });
  return null;
}

/** Adds a row. The partial unique index refuses a second one of the same source and reference. */
export async function addGrant(tx: Tx, ctx: LedgerCtx, grant: GrantKey & GrantTerms): Promise<Grant> {
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
      startsAt: grant.startsAt,
      expiresAt: grant.expiresAt,
    },
  });
}

/** Ends one row now. `replaced`: another takes its place in the same transaction. */
export async function endGrant(
  tx: Tx,
  ctx: LedgerCtx,
  { grant, reason, replaced = false }: { grant: Grant; reason: string; replaced?: boolean },
): Promise<Grant> {
  return tx.entitlement.update({
    where: { tenantId_id: { tenantId: ctx.tenant.id, id: grant.id } },
    data: { revokedAt: ctx.now, revokedBy: actorKey(ctx.actor), revokeReason: reason, replaced },
  });
}
