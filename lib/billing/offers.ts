import { activeGrants, type GrantFact, inGoodStanding, type SubscriptionFact } from "#lib/access/index.ts";

/** What is for sale on a storefront: a price with what it gives. Amounts are in the currency's smallest unit. */
export interface Offer {
  priceId: string;
  name: string;
  unitAmount: number | null;
  currency: string;
  /** day, week, month or year; null for what is paid once. */
  interval: string | null;
  intervalCount: number;
  /** Pays for the membership; otherwise an add-on to it. */
  membership: boolean;
  /** The products that it gives beyond those open to every member. */
  gives: { id: string; name: string; description: string }[];
}

/** Somebody who may want to buy, as far as that decides it. */
export interface Buyer {
  suspendedAt: Date | null;
  subscriptions: readonly SubscriptionFact[];
  /** Grants that nobody revoked. */
  entitlements: readonly (GrantFact & { productId: string })[];
  graceDays: number;
  now: Date;
}

/** Why somebody can't buy an offer: what they have already, or lack for it. Null where they can. Pure. */
export function whyNot(offer: Offer, buyer: Buyer | null): string | null {
  if (buyer?.suspendedAt) return "Your membership is suspended. Ask the vendor.";
  return offer.membership ? whyNoPlan(offer, buyer) : whyNoAddOn(offer, buyer);
}

/** Whether an offer is what somebody has now, so that the page can say so. Pure. */
export function hasAll(offer: Offer, buyer: Buyer | null): boolean {
  if (!buyer || offer.membership) return false;
  const held = new Set(activeGrants(buyer.entitlements, buyer.now).map(({ productId }) => productId));
  return offer.gives.every(({ id }) => held.has(id));
}

/** Whether what was paid for, or given, holds now. */
export function standsGood({ subscriptions, graceDays, now }: Buyer): boolean {
  return subscriptions.some((subscription) => inGoodStanding(subscription, graceDays, now));
}

// What Stripe still renews or tries to collect: a second one beside it would be paid twice.
const RUNNING = ["active", "trialing", "past_due", "unpaid", "paused"];

function whyNoPlan({ interval }: Offer, buyer: Buyer | null): string | null {
  if (!buyer) return null;
  const holding = buyer.subscriptions.filter(({ endedAt }) => !endedAt || endedAt > buyer.now);
  if (holding.some(({ kind }) => kind !== "stripe")) return "You have a membership that does not end.";
  // A lifetime may be bought beside a plan that renews: the plan is canceled by its owner.
  if (interval === null) return null;
  const running = holding.find(({ status }) => RUNNING.includes(status ?? ""));
  if (!running) return null;
  return running.status === "active" || running.status === "trialing"
    ? "You have a membership. Change its plan on your downloads page, under “Manage membership”."
    : "Your membership waits for its payment. Pay it on your downloads page, under “Manage membership”.";
}

function whyNoAddOn(offer: Offer, buyer: Buyer | null): string | null {
  if (!buyer || !standsGood(buyer)) return "It needs a membership. Choose a plan first.";
  return hasAll(offer, buyer) ? "You have this already." : null;
}
