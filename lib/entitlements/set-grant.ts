import { type AuditEntry, record } from "#lib/audit/index.ts";
import type { GrantSource, Tx } from "#lib/db/index.ts";
import {
  addGrant,
  endGrant,
  type Grant,
  type GrantKey,
  type GrantTerms,
  type LedgerCtx,
  standingGrant,
} from "./ledger.ts";

export interface SetGrant {
  /** What holds now; null where the time that was asked for is over. */
  grant: Grant | null;
  changed: boolean;
  /** The row that this one took the place of, because its dates differ. */
  replaced: Grant | null;
}

/**
 * Makes the ledger hold exactly this grant of one source and reference, and records what that took. The same one again
 * changes nothing; one with other dates is a new row in the place of the old; one whose end has passed is none.
 * The caller's transaction; asks for no capability: who calls it has.
 */
export async function setGrant(tx: Tx, ctx: LedgerCtx, wanted: GrantKey & GrantTerms): Promise<SetGrant> {
  const standing = await standingGrant(tx, ctx, wanted);
  if (wanted.expiresAt && wanted.expiresAt <= ctx.now) {
    if (standing) await endAndRecord(tx, ctx, { grant: standing, reason: "expired" });
    return { grant: null, changed: standing !== null, replaced: null };
  }
  if (standing && sameDates(standing, wanted)) return { grant: standing, changed: false, replaced: null };
  if (standing) await endAndRecord(tx, ctx, { grant: standing, reason: "replaced", replaced: true });
  const grant = await addGrant(tx, ctx, wanted);
  await recordGranted(tx, ctx, grant);
  return { grant, changed: true, replaced: standing };
}

/** Which rows of the ledger: those of one source and reference, of one member or one product where they are named. */
export interface EndGrants {
  source: GrantSource;
  sourceRef: string;
  memberId?: string;
  productId?: string;
  /** Why, for the history: canceled, refunded, disputed … */
  reason: string;
}

/**
 * Ends what one source gave under one reference, records each, and returns the ended rows; rows of other sources stay.
 * The caller's transaction; asks for no capability: who calls it has.
 */
export async function endGrants(tx: Tx, ctx: LedgerCtx, { reason, ...which }: EndGrants): Promise<Grant[]> {
  const where = { tenantId: ctx.tenant.id, ...which, revokedAt: null };
  const asked = await tx.entitlement.findMany({ where, select: { memberId: true } });
  const members = [...new Set(asked.map(({ memberId }) => memberId))].sort();
  // As in standingGrant: one change at a time to a member's ledger; in one order, so that two can't wait for each other.
  await tx.$queryRaw`SELECT id FROM members WHERE id = ANY(${members}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  const ended: Grant[] = [];
  for (const grant of await tx.entitlement.findMany({ where, orderBy: { id: "asc" } })) {
    ended.push(await endAndRecord(tx, ctx, { grant, reason }));
  }
  return ended;
}

/** Ends one row and records it. */
export async function endAndRecord(
  tx: Tx,
  ctx: LedgerCtx,
  end: { grant: Grant; reason: string; replaced?: boolean },
): Promise<Grant> {
  const ended = await endGrant(tx, ctx, end);
  const { member, product } = await namesOf(tx, ended);
  await record(tx, ctx, {
    action: "entitlement.revoked",
    subject: subjectOf(ended, { member, product }),
    reason: end.reason || undefined,
    before: { member, product, source: ended.source, ...datesOf(ended) },
  });
  return ended;
}

/** Records a new row. */
export async function recordGranted(tx: Tx, ctx: LedgerCtx, grant: Grant): Promise<void> {
  const { member, product } = await namesOf(tx, grant);
  await record(tx, ctx, {
    action: "entitlement.granted",
    subject: subjectOf(grant, { member, product }),
    reason: grant.reason || undefined,
    after: { member, product, source: grant.source, ...datesOf(grant) },
  });
}

interface Names {
  member: string;
  product: string;
}

async function namesOf(tx: Tx, { tenantId, memberId, productId }: Grant): Promise<Names> {
  const [names] = await tx.$queryRaw<Names[]>`
    SELECT u.email AS member, p.slug AS product
    FROM members m JOIN users u ON u.id = m.user_id
    JOIN products p ON p.tenant_id = m.tenant_id AND p.id = ${productId}::uuid
    WHERE m.tenant_id = ${tenantId}::uuid AND m.id = ${memberId}::uuid`;
  if (!names) throw new Error("a ledger row has a member and a product");
  return names;
}

function subjectOf({ id }: Grant, { member, product }: Names): NonNullable<AuditEntry["subject"]> {
  return { type: "entitlement", id, label: `${member} · ${product}` };
}

function datesOf({ startsAt, expiresAt }: Grant) {
  return { ...(startsAt ? { startsAt: startsAt.toISOString() } : {}), expiresAt: expiresAt?.toISOString() ?? null };
}

/** To the millisecond, as the database keeps them. */
function sameDates(a: GrantTerms, b: GrantTerms): boolean {
  const time = (date: Date | null | undefined) => date?.getTime() ?? null;
  return time(a.startsAt) === time(b.startsAt) && time(a.expiresAt) === time(b.expiresAt);
}
