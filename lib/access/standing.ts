export interface SubscriptionFact {
  kind: "stripe" | "lifetime" | "complimentary";
  status: string | null;
  pastDueSince: Date | null;
  endedAt: Date | null;
}

export interface GrantFact {
  source: string;
  startsAt: Date | null;
  expiresAt: Date | null;
}

export const DAY_MS = 86_400_000;

/**
 * Whether what was paid for holds now. Good: lifetime or complimentary that has not ended; Stripe's active and trialing;
 * past_due until pastDueSince + graceDays. Never: incomplete, incomplete_expired, unpaid, canceled, paused.
 */
export function inGoodStanding(subscription: SubscriptionFact, graceDays: number, now: Date): boolean {
  if (subscription.endedAt && subscription.endedAt <= now) return false;
  if (subscription.kind !== "stripe") return true;
  if (subscription.status === "active" || subscription.status === "trialing") return true;
  const end = graceEnd(subscription, graceDays);
  return end !== null && now < end;
}

/** When the days of grace of a past-due subscription end, in UTC; null for any other subscription. */
export function graceEnd(subscription: SubscriptionFact, graceDays: number): Date | null {
  if (subscription.kind !== "stripe" || subscription.status !== "past_due" || !subscription.pastDueSince) return null;
  return new Date(subscription.pastDueSince.getTime() + graceDays * DAY_MS);
}

/** Grants that hold now: begun, not expired. */
export function activeGrants<G extends GrantFact>(grants: readonly G[], now: Date): G[] {
  return grants.filter((g) => (!g.startsAt || g.startsAt <= now) && (!g.expiresAt || now < g.expiresAt));
}
