/**
 * The stand-in for Stripe in a process of its own, for bench/webhooks.ts, which tells it over IPC how many customers there
 * are, and which round of changes comes: each takes the add-on from every customer, or gives it.
 */
import { type StripeLocal, startStripeLocal } from "../stripe-local/index.ts";

export interface StandIn {
  url: string;
  key: string;
  secret: string;
  plan: string;
  addOn: string;
  customers: string[];
}

export interface SignedEvent {
  body: string;
  signature: string;
}

const stripe = await startStripeLocal();
const plan = stripe.price({ name: "Monthly" }).id;
const addOn = stripe.price({ name: "Premium", amount: 500 }).id;
let subscriptions: string[] = [];

process.on("disconnect", () => process.exit());
process.on("message", (asked: { customers: number } | { round: number }) => {
  if ("customers" in asked) open(asked.customers);
  else process.send?.(change(stripe, asked.round));
});

function open(count: number): void {
  const customers = Array.from({ length: count }, () => stripe.customer().id);
  subscriptions = customers.map((customer) => stripe.subscribe(customer, [plan]).id);
  const { url, key, webhookSecret: secret } = stripe;
  process.send?.({ url, key, secret, plan, addOn, customers } satisfies StandIn);
}

function change({ outbox, ...driver }: StripeLocal, round: number): SignedEvent[] {
  outbox.clear();
  for (const id of subscriptions) {
    if (round % 2 === 0) driver.addPrice(id, addOn);
    else driver.removePrice(id, addOn);
  }
  const events = outbox.pending.filter(({ type }) => type === "customer.subscription.updated");
  const signed = events.map((event) => driver.signed(event));
  outbox.clear();
  return signed;
}
