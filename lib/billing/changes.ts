import type { Entitlement, Subscription } from "#lib/db/index.ts";
import type { DesiredGrant, DesiredMembership, DesiredState } from "./desired-state.ts";

/** What the ledger holds of a member from Stripe: rows that name a subscription or payment of it. */
export interface CurrentState {
  memberships: Subscription[];
  /** Those that nobody ended. */
  grants: Entitlement[];
}

export type Change =
  | { kind: "add-membership"; desired: DesiredMembership }
  | { kind: "change-membership"; row: Subscription; desired: DesiredMembership }
  | { kind: "end-membership"; row: Subscription; reason: string }
  | { kind: "set-grant"; desired: DesiredGrant; row: Entitlement | null }
  | { kind: "end-grant"; row: Entitlement; reason: string };

/** What must be done to make the ledger what it should be: nothing where it is that already. Pure. */
export function changesBetween(current: CurrentState, desired: DesiredState, now: Date): Change[] {
  return [...membershipChanges(current, desired), ...grantChanges(current, desired, now)];
}

function membershipChanges({ memberships }: CurrentState, desired: DesiredState): Change[] {
  const rows = new Map(memberships.map((row) => [referenceOf(row), row]));
  const wanted = new Set(desired.memberships.map(({ reference }) => reference));
  const made = desired.memberships.flatMap((membership): Change[] => {
    const row = rows.get(membership.reference);
    if (!row) return [{ kind: "add-membership", desired: membership }];
    return isAsDesired(row, membership) ? [] : [{ kind: "change-membership", row, desired: membership }];
  });
  const left = memberships.filter((row) => {
    const reference = referenceOf(row);
    return !wanted.has(reference) && row.endedAt === null && !isOfAnother(desired, reference);
  });
  return [...made, ...left.map((row): Change => ({ kind: "end-membership", row, reason: NO_PLAN }))];
}

const NO_PLAN = "no longer a plan";

/**
 * Whether something that was paid for once is unknown of the customer. Stripe forgets no payment: it is of a customer, or an
 * account, that the member was before, and what they are now says nothing of it.
 */
function isOfAnother({ seen }: DesiredState, reference: string): boolean {
  return !seen.has(reference) && !isSubscription(reference);
}

const isSubscription = (reference: string) => reference.startsWith("sub_");

/** The subscription or payment of Stripe that a row stands for. */
export function referenceOf({ stripeSubscriptionId, stripePaymentIntentId }: Subscription): string {
  return stripeSubscriptionId ?? stripePaymentIntentId ?? "";
}

function isAsDesired(row: Subscription, desired: DesiredMembership): boolean {
  return (
    row.kind === desired.kind &&
    row.status === desired.status &&
    row.plan === desired.plan &&
    row.cancelAtPeriodEnd === desired.cancelAtPeriodEnd &&
    sameTime(row.currentPeriodEnd, desired.currentPeriodEnd) &&
    sameTime(row.pastDueSince, desired.pastDueSince) &&
    endedAsDesired(row, desired)
  );
}

function endedAsDesired({ endedAt, endReason }: Subscription, { ended }: DesiredMembership): boolean {
  if (!ended) return endedAt === null;
  return endedAt !== null && endReason === ended.reason && (ended.at === null || sameTime(endedAt, ended.at));
}

function grantChanges({ grants }: CurrentState, desired: DesiredState, now: Date): Change[] {
  // What a past-due subscription gave until its days of grace were over is given no more.
  const wanted = new Map(
    desired.grants.filter(({ expiresAt }) => !isOver(expiresAt, now)).map((grant) => [keyOf(grant), grant]),
  );
  const rows = new Map(grants.map((row) => [keyOf({ productId: row.productId, reference: row.sourceRef }), row]));
  const set = [...wanted].flatMap(([key, grant]): Change[] => {
    const row = rows.get(key) ?? null;
    return row && sameTime(row.expiresAt, grant.expiresAt) ? [] : [{ kind: "set-grant", desired: grant, row }];
  });
  const ended = [...rows].flatMap(([key, row]): Change[] => {
    if (wanted.has(key) || isOver(row.expiresAt, now) || isOfAnother(desired, row.sourceRef)) return [];
    // Of an account that was disconnected: it holds for as long as was paid for there.
    if (row.expiresAt && !desired.seen.has(row.sourceRef)) return [];
    return [{ kind: "end-grant", row, reason: desired.endings.get(row.sourceRef) ?? NOT_PAID_FOR }];
  });
  return [...set, ...ended];
}

const NOT_PAID_FOR = "no longer paid for";

const keyOf = ({ productId, reference }: Pick<DesiredGrant, "productId" | "reference">) => `${productId} ${reference}`;
const isOver = (end: Date | null, now: Date) => end !== null && end <= now;
const sameTime = (a: Date | null, b: Date | null) => (a?.getTime() ?? null) === (b?.getTime() ?? null);
