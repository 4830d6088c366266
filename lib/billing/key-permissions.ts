import type Stripe from "stripe";

/** A permission of a restricted key, by the name that Stripe's form gives it. */
export interface KeyPermission {
  label: string;
  /** What it is for here. */
  why: string;
  /** A call that a key without the permission is refused. None of them changes anything. */
  probe(stripe: Stripe): Promise<unknown>;
}

// An id that no customer has: whoever may write is told so, whoever may not hears of the permission first.
const NOBODY = "cus_purser_permission_probe";
const ONE = { limit: 1 } as const;

/** What the key of a vendor's account must be allowed. */
export const KEY_PERMISSIONS: readonly KeyPermission[] = [
  {
    label: "Customers: write",
    why: "makes the customer who buys",
    probe: (stripe) => stripe.customers.update(NOBODY, { description: "" }),
  },
  { label: "Products: read", why: "names what is sold", probe: (stripe) => stripe.products.list(ONE) },
  { label: "Prices: read", why: "what it costs", probe: (stripe) => stripe.prices.list(ONE) },
  {
    label: "Checkout Sessions: write",
    why: "opens the payment page, reads what was paid once",
    probe: (stripe) =>
      stripe.checkout.sessions.create({
        mode: "setup",
        customer: NOBODY,
        currency: "eur",
        success_url: "https://example.com",
      }),
  },
  { label: "Subscriptions: read", why: "what holds now", probe: (stripe) => stripe.subscriptions.list(ONE) },
  { label: "Invoices: read", why: "when a payment failed", probe: (stripe) => stripe.invoices.list(ONE) },
  { label: "Payment Intents: read", why: "what a payment was for", probe: (stripe) => stripe.paymentIntents.list(ONE) },
  { label: "Charges and Refunds: read", why: "what was paid back", probe: (stripe) => stripe.charges.list(ONE) },
  { label: "Disputes: read", why: "what is disputed", probe: (stripe) => stripe.disputes.list(ONE) },
  { label: "Events: read", why: "fetches an event that never came", probe: (stripe) => stripe.events.list(ONE) },
  {
    label: "Customer portal: write",
    why: "opens Stripe's page where members manage their plan",
    probe: (stripe) => stripe.billingPortal.sessions.create({ customer: NOBODY }),
  },
];

/** What Purser asks for where it is to make the webhook endpoint itself. */
export const ENDPOINT_PERMISSION = "Webhook Endpoints: write";
