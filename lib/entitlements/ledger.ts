import { actorKey } from "#lib/access/index.ts";
import { type GrantSource, type Prisma, runIn, type Statement, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";

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

/** What the log calls a row of the ledger. */
export interface Names {
  /** An address. */
  member: string;
  /** A slug. */
  product: string;
}

const COLUMNS = `e.id, e.tenant_id AS "tenantId", e.member_id AS "memberId", e.product_id AS "productId", e.source,
  e.source_ref AS "sourceRef", e.reason, e.granted_by AS "grantedBy", e.granted_at AS "grantedAt", e.starts_at AS "startsAt",
  e.expires_at AS "expiresAt", e.revoked_at AS "revokedAt", e.revoked_by AS "revokedBy", e.revoke_reason AS "revokeReason",
  e.replaced`;

const WITH_NAMES = `
  SELECT ${COLUMNS}, u.email AS member, p.slug AS product
  FROM e JOIN members m ON m.id = e.member_id JOIN users u ON u.id = m.user_id JOIN products p ON p.id = e.product_id`;

const LOCK: Statement = {
  name: "ledger_lock",
  text: "SELECT id FROM members WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
};
const STANDING: Statement = {
  name: "ledger_standing",
  text: `
    SELECT ${COLUMNS} FROM entitlements e
    WHERE e.tenant_id = $1 AND e.member_id = $2 AND e.product_id = $3 AND e.source = $4 AND e.source_ref = $5
      AND e.revoked_at IS NULL`,
};
const STANDING_OF: Statement = {
  name: "ledger_standing_of_source",
  text: `
    SELECT ${COLUMNS} FROM entitlements e
    WHERE e.tenant_id = $1 AND e.member_id = $2 AND e.source = $3 AND e.revoked_at IS NULL`,
};
const ADD: Statement = {
  name: "ledger_add",
  text: `
    WITH e AS (
      INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, source_ref, reason, granted_by, granted_at,
        starts_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING *)
    ${WITH_NAMES}`,
};
const END: Statement = {
  name: "ledger_end",
  text: `
    WITH e AS (
      UPDATE entitlements SET revoked_at = $3, revoked_by = $4, revoke_reason = $5, replaced = $6
      WHERE tenant_id = $1 AND id = $2 RETURNING *)
    ${WITH_NAMES}`,
};

/**
 * The row of one source that nobody ended, if it still holds or is yet to begin. One whose time is over is ended here, so
 * that a new grant is a new row.
 */
export async function standingGrant(tx: Tx, ctx: LedgerCtx, key: GrantKey): Promise<Grant | null> {
  const { memberId, productId, source, sourceRef = "" } = key;
  // One change at a time to a member's ledger, so that the second of two equal grants finds the first.
  await runIn(tx, LOCK, [ctx.tenant.id, memberId]);
  const [grant] = await runIn<Grant>(tx, STANDING, [ctx.tenant.id, memberId, productId, source, sourceRef]);
  return grant ? whileItLasts(tx, ctx, grant) : null;
}

/** What one source gave a member and nobody ended, whether its time is over or not. */
export async function standingGrants(
  tx: Tx,
  { tenantId, memberId, source }: { tenantId: string; memberId: string; source: GrantSource },
): Promise<Grant[]> {
  return runIn<Grant>(tx, STANDING_OF, [tenantId, memberId, source]);
}

/** A row unless its time is over: then it is ended, by its own date. */
export async function whileItLasts(tx: Tx, ctx: LedgerCtx, grant: Grant): Promise<Grant | null> {
  if (!grant.expiresAt || grant.expiresAt > ctx.now) return grant;
  await runIn(tx, END, [grant.tenantId, grant.id, grant.expiresAt, "system", "expired", false]);
  return null;
}

/** A row as it is now, and what the log calls it. */
export interface NamedGrant {
  grant: Grant;
  names: Names;
}

/** @throws where the row has no member, no product, or is not there: what the ledger never lets happen */
async function named(rows: Promise<(Grant & Names)[]>): Promise<NamedGrant> {
  const [row] = await rows;
  if (!row) throw new Error("a row of the ledger is never taken away, nor its member or product");
  const { member, product, ...grant } = row;
  return { grant, names: { member, product } };
}

/** Adds a row. The partial unique index refuses a second one of the same source and reference. */
export async function addGrant(tx: Tx, ctx: LedgerCtx, grant: GrantKey & GrantTerms): Promise<NamedGrant> {
  const values = [
    newId(),
    ctx.tenant.id,
    grant.memberId,
    grant.productId,
    grant.source,
    grant.sourceRef ?? "",
    grant.reason ?? "",
    actorKey(ctx.actor),
    ctx.now,
    grant.startsAt ?? null,
    grant.expiresAt ?? null,
  ];
  return named(runIn(tx, ADD, values));
}

/** Ends one row now. `replaced`: another takes its place in the same transaction. */
export async function endGrant(
  tx: Tx,
  ctx: LedgerCtx,
  { grant, reason, replaced = false }: { grant: Grant; reason: string; replaced?: boolean },
): Promise<NamedGrant> {
  return named(runIn(tx, END, [ctx.tenant.id, grant.id, ctx.now, actorKey(ctx.actor), reason, replaced]));
}
