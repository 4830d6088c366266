import type { SubscriptionStatus } from "#lib/db/index.ts";

/** What became of a payment after it was made. */
export interface Reversal {
  refunded: "none" | "part" | "full";
  /** A dispute is open, or was lost. */
  disputed: boolean;
}

export const KEPT: Reversal = { refunded: "none", disputed: false };

export interface SubscriptionSeen {
  id: string;
  status: SubscriptionStatus;
  items: { priceId: string; periodEnd: Date | null }[];
  /** When it ends by itself, where that was decided. */
  cancelAt: Date | null;
  /** Since when the invoice is open that made it past due. */
  pastDueSince: Date | null;
  endedAt: Date | null;
  /** Of its newest paid invoice. */
  reversal: Reversal;
}

/** Something paid for once. */
export interface PurchaseSeen {
  /** The payment intent; the checkout session where nothing had to be paid. */
  reference: string;
  priceIds: string[];
  reversal: Reversal;
}

/** A customer as Stripe has it now, as far as access hangs on it. */
export interface CustomerSnapshot {
  customerId: string;
  subscriptions: SubscriptionSeen[];
  purchases: PurchaseSeen[];
}

/** What the tenant says that things mean. */
export interface Rules {
  prices: ReadonlyMap<string, { membership: boolean; name: string }>;
  /** Products by price. */
  mappings: ReadonlyMap<string, readonly string[]>;
  graceDays: number;
  partialRefundEnds: boolean;
}

export interface DesiredMembership {
  kind: "stripe" | "lifetime";
  /** The subscription of Stripe, or the payment. */
  reference: string;
  status: SubscriptionStatus | null;
  currentPeriodEnd: Date | null;
  pastDueSince: Date | null;
  cancelAtPeriodEnd: boolean;
  plan: string;
  /** Null where it goes on; `at` is null where Stripe has no moment for it. */
  ended: { at: Date | null; reason: string | null } | null;
}

export interface DesiredGrant {
  productId: string;
  reference: string;
  expiresAt: Date | null;
}

export interface DesiredState {
  memberships: DesiredMembership[];
  grants: DesiredGrant[];
  /** Why what hangs on a reference is over, for each that gives nothing now. */
  endings: ReadonlyMap<string, string>;
  /** The subscriptions and payments that Stripe knows of the customer, whatever they give. */
  seen: ReadonlySet<string>;
}

const DAY_MS = 86_400_000;

/**
 * What the ledger should hold for a customer: memberships for what has a plan's price, grants for what has a mapped one
 * (domain.md, "Stripe"). Pure, and of nothing but what Stripe says now: how it came to that makes no difference.
 */
export function desiredState(snapshot: CustomerSnapshot, rules: Rules): DesiredState {
  const subscriptions = snapshot.subscriptions.filter(hasBegun);
  const endings = new Map<string, string>();
  for (const { id, status, reversal } of snapshot.subscriptions) {
    const reason = reversedBy(reversal, rules) ?? ENDINGS[status];
    if (reason) endings.set(id, reason);
  }
  for (const { reference, reversal } of snapshot.purchases) {
    const reason = reversedBy(reversal, rules);
    if (reason) endings.set(reference, reason);
  }
  return {
    memberships: [
      ...subscriptions.flatMap((subscription) => membershipOf(subscription, rules)),
      ...snapshot.purchases.flatMap((purchase) => lifetimeOf(purchase, rules)),
    ],
    grants: [
      ...subscriptions.flatMap((subscription) =>
        grantsOf(
          { reference: subscription.id, expiresAt: graceEnd(subscription, rules) },
          pricesOf(subscription),
          rules,
        ),
      ),
      ...snapshot.purchases.flatMap(({ reference, priceIds }) =>
        grantsOf({ reference, expiresAt: null }, priceIds, rules),
      ),
    ].filter(({ reference }) => !endings.has(reference)),
    endings,
    seen: new Set([
      ...snapshot.subscriptions.map(({ id }) => id),
      ...snapshot.purchases.map(({ reference }) => reference),
    ]),
  };
}

// Statuses that give nothing, and what the ledger says of it.
const ENDINGS: Partial<Record<SubscriptionStatus, string>> = {
  incomplete: "not paid",
  incomplete_expired: "not paid",
  unpaid: "unpaid",
  canceled: "canceled",
  paused: "paused",
};

// The first payment of these never came: there is nothing to show, and nothing to end.
function hasBegun({ status }: SubscriptionSeen): boolean {
  return status !== "incomplete" && status !== "incomplete_expired";
}

function reversedBy({ refunded, disputed }: Reversal, { partialRefundEnds }: Rules): string | null {
  if (disputed) return "disputed";
  if (refunded === "full" || (refunded === "part" && partialRefundEnds)) return "refunded";
  return null;
}

const pricesOf = ({ items }: SubscriptionSeen) => items.map(({ priceId }) => priceId);

function membershipOf(subscription: SubscriptionSeen, rules: Rules): DesiredMembership[] {
  const items = subscription.items.filter(({ priceId }) => rules.prices.get(priceId)?.membership);
  if (items.length === 0) return [];
  const ends = items.flatMap(({ periodEnd }) => (periodEnd ? [periodEnd.getTime()] : []));
  const reason = reversedBy(subscription.reversal, rules);
  const over = subscription.status === "canceled";
  return [
    {
      kind: "stripe",
      reference: subscription.id,
      status: subscription.status,
      currentPeriodEnd: subscription.cancelAt ?? (ends.length > 0 ? new Date(Math.max(...ends)) : null),
      pastDueSince: subscription.status === "past_due" ? subscription.pastDueSince : null,
      cancelAtPeriodEnd: !over && subscription.cancelAt !== null,
      plan: planName(
        items.map(({ priceId }) => priceId),
        rules,
      ),
      ended: reason ? { at: null, reason } : over ? { at: subscription.endedAt, reason: null } : null,
    },
  ];
}

function lifetimeOf({ reference, priceIds, reversal }: PurchaseSeen, rules: Rules): DesiredMembership[] {
  const paid = priceIds.filter((priceId) => rules.prices.get(priceId)?.membership);
  if (paid.length === 0) return [];
  const reason = reversedBy(reversal, rules);
  return [
    {
      kind: "lifetime",
      reference,
      status: null,
      currentPeriodEnd: null,
      pastDueSince: null,
      cancelAtPeriodEnd: false,
      plan: planName(paid, rules),
      ended: reason ? { at: null, reason } : null,
    },
  ];
}

function planName(priceIds: readonly string[], { prices }: Rules): string {
  return [...new Set(priceIds.map((priceId) => prices.get(priceId)?.name ?? priceId))].join(", ");
}

/** Until when a past-due subscription's grants hold; null for one that is paid. */
function graceEnd({ status, pastDueSince }: SubscriptionSeen, { graceDays }: Rules): Date | null {
  if (status !== "past_due") return null;
  return new Date((pastDueSince?.getTime() ?? 0) + graceDays * DAY_MS);
}

function grantsOf(
  terms: Omit<DesiredGrant, "productId">,
  priceIds: readonly string[],
  { mappings }: Rules,
): DesiredGrant[] {
  const products = new Set(priceIds.flatMap((priceId) => mappings.get(priceId) ?? []));
  return [...products].map((productId) => ({ productId, ...terms }));
}
