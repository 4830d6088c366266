/**
 * What a customer should be able to pull, from what they did: the rules of domain.md said once more, in other words than
 * desired-state.ts and without a look at Stripe or the ledger. For the property test.
 */
export type Price = "plan" | "addOn" | "lifetime" | "pack";

/** What became of the last payment. */
export interface Payment {
  refunded: "no" | "part" | "whole";
  disputed: boolean;
}

export interface Subscribed {
  id: string;
  prices: Set<Price>;
  status: "paid" | "late" | "paused" | "given up" | "over";
  /** For how long it has been late. */
  lateDays: number;
  payment: Payment;
}

export interface Bought {
  /** The payment intent. */
  id: string;
  price: Price;
  payment: Payment;
}

export interface Customer {
  subscriptions: Subscribed[];
  purchases: Bought[];
  /** An admin gave them the product. */
  given: boolean;
  /** A refund in part ends what was paid for. */
  partEnds: boolean;
  /** Prices that give the product. */
  gives: Set<Price>;
}

export const GRACE_DAYS = 7;
const MEMBERSHIPS: readonly Price[] = ["plan", "lifetime"];

export function newCustomer(): Customer {
  return {
    subscriptions: [],
    purchases: [],
    given: false,
    partEnds: false,
    gives: new Set(["addOn", "lifetime", "pack"]),
  };
}

export const untouched = (): Payment => ({ refunded: "no", disputed: false });

/** Whether the restricted product can be pulled: a membership holds, and somebody gave the product. */
export function mayPull(customer: Customer): boolean {
  const holding = [...pricesHeld(customer)];
  const isMember = holding.some((price) => MEMBERSHIPS.includes(price));
  return isMember && (customer.given || holding.some((price) => customer.gives.has(price)));
}

function pricesHeld({ subscriptions, purchases, partEnds }: Customer): Set<Price> {
  const kept = ({ payment: { refunded, disputed } }: { payment: Payment }) =>
    !disputed && refunded !== "whole" && !(refunded === "part" && partEnds);
  const runs = ({ status, lateDays }: Subscribed) => status === "paid" || (status === "late" && lateDays < GRACE_DAYS);
  return new Set([
    ...subscriptions.filter((each) => runs(each) && kept(each)).flatMap(({ prices }) => [...prices]),
    ...purchases.filter(kept).map(({ price }) => price),
  ]);
}
