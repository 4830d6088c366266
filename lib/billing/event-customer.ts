import type Stripe from "stripe";
import { askStripe } from "./stripe-errors.ts";
import { idOf } from "./stripe-id.ts";
import { WEBHOOK_EVENTS } from "./webhook-endpoint.ts";

const OURS: ReadonlySet<string> = new Set(WEBHOOK_EVENTS);

/** Whether an event may be about what somebody can have. */
export function isOurs({ type }: Stripe.Event): boolean {
  return OURS.has(type);
}

/** What an event's object may say of whom it is about; which of it there is depends on its type. */
interface About {
  customer?: string | { id: string } | null;
  charge?: string | { id: string } | null;
}

/** The customer whom the event's own object names. */
export function namedCustomer(event: Stripe.Event): string | null {
  return idOf((event.data.object as About).customer);
}

/**
 * The same, asking Stripe where the object names a charge alone, as refunds and disputes do; null for a guest's.
 * @throws unavailable where Stripe does not answer
 */
export async function customerOf(stripe: Stripe, event: Stripe.Event): Promise<string | null> {
  const named = namedCustomer(event);
  const charge = idOf((event.data.object as About).charge);
  if (named || !charge) return named;
  return idOf((await askStripe(() => stripe.charges.retrieve(charge))).customer);
}
