import { type AuditEntry, record } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import {
  addGrant,
  endGrant,
  type Grant,
  type GrantKey,
  type GrantTerms,
  type LedgerCtx,
  type NamedGrant,
  standingGrant,
  whileItLasts,
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
  return replaceGrant(tx, ctx, { standing: await standingGrant(tx, ctx, wanted), wanted });
}

/**
 * The same for a caller who holds the member's row and has read what stands there of this source and reference, over or not.
 */
export async function replaceGrant(
  tx: Tx,
  ctx: LedgerCtx,
  { standing: found, wanted }: { standing: Grant | null; wanted: GrantKey & GrantTerms },
): Promise<SetGrant> {
  const standing = found && (await whileItLasts(tx, ctx, found));
  if (wanted.expiresAt && wanted.expiresAt <= ctx.now) {
    if (standing) await endAndRecord(tx, ctx, { grant: standing, reason: "expired" });
    return { grant: null, changed: standing !== null, replaced: null };
  }
  if (standing && sameDates(standing, wanted)) return { grant: standing, changed: false, replaced: null };
  if (standing) await endAndRecord(tx, ctx, { grant: standing, reason: "replaced", replaced: true });
  const added = await addGrant(tx, ctx, wanted);
  await recordGranted(tx, ctx, added);
  return { grant: added.grant, changed: true, replaced: standing };
}

/** Ends one row and records it. The caller holds the member's row, and asked for the right. */
export async function endAndRecord(
  tx: Tx,
  ctx: LedgerCtx,
  end: { grant: Grant; reason: string; replaced?: boolean },
): Promise<Grant> {
  const ended = await endGrant(tx, ctx, end);
  await record(tx, ctx, {
    action: "entitlement.revoked",
    subject: subjectOf(ended),
    reason: end.reason || undefined,
    before: { ...ended.names, source: ended.grant.source, ...datesOf(ended.grant) },
  });
  return ended.grant;
}

async function recordGranted(tx: Tx, ctx: LedgerCtx, { grant, names }: NamedGrant): Promise<void> {
  await record(tx, ctx, {
    action: "entitlement.granted",
    subject: subjectOf({ grant, names }),
    reason: grant.reason || undefined,
    after: { ...names, source: grant.source, ...datesOf(grant) },
  });
}

function subjectOf({ grant, names }: NamedGrant): NonNullable<AuditEntry["subject"]> {
  return { type: "entitlement", id: grant.id, label: `${names.member} · ${names.product}` };
}

function datesOf({ startsAt, expiresAt }: Grant) {
  return { ...(startsAt ? { startsAt: startsAt.toISOString() } : {}), expiresAt: expiresAt?.toISOString() ?? null };
}

/** To the millisecond, as the database keeps them. */
function sameDates(a: GrantTerms, b: GrantTerms): boolean {
  const time = (date: Date | null | undefined) => date?.getTime() ?? null;
  return time(a.startsAt) === time(b.startsAt) && time(a.expiresAt) === time(b.expiresAt);
}
