import type Stripe from "stripe";
import { KEPT, type Reversal } from "./desired-state.ts";
import { idOf } from "./stripe-id.ts";

export interface ReversedPayments {
  /** By payment intent: what was paid for once. */
  payments: Map<string, Reversal>;
  /** By subscription: what became of its newest paid invoice. */
  subscriptions: Map<string, Reversal>;
}

/**
 * What became of charges that were refunded or disputed: of the payment itself where it was for a purchase, else of the
 * subscription whose invoice it paid. A subscription that was paid again since then is as good as before.
 */
export async function readReversals(
  stripe: Stripe,
  charges: readonly Stripe.Charge[],
  purchases: ReadonlySet<string>,
): Promise<ReversedPayments> {
  const payments = new Map<string, Reversal>();
  const invoices = new Map<string, Reversal>();
  const subscriptions = new Set<string>();
  for (const charge of charges) {
    const payment = idOf(charge.payment_intent);
    if (!payment) continue;
    const reversal = await reversalOf(stripe, charge);
    if (purchases.has(payment)) {
      payments.set(payment, reversal);
      continue;
    }
    for (const { invoice, subscription } of await paidInvoices(stripe, payment)) {
      invoices.set(invoice, reversal);
      subscriptions.add(subscription);
    }
  }
  return { payments, subscriptions: await newestOf(stripe, subscriptions, invoices) };
}

async function reversalOf(stripe: Stripe, charge: Stripe.Charge): Promise<Reversal> {
  const refunded = charge.refunded ? "full" : charge.amount_refunded > 0 ? "part" : "none";
  return { refunded, disputed: charge.disputed && (await isDisputed(stripe, charge.id)) };
}

// Over in the vendor's favour, or an inquiry in which no money has moved.
const HARMLESS = /^(won|prevented|warning_)/;

// A charge says for ever that it was disputed; how that went stands at the dispute.
async function isDisputed(stripe: Stripe, charge: string): Promise<boolean> {
  for await (const { status } of stripe.disputes.list({ charge, limit: 100 })) if (!HARMLESS.test(status)) return true;
  return false;
}

// Since API version 2025-03-31 a charge does not name its invoice: invoice payments lie between them.
async function paidInvoices(stripe: Stripe, payment: string): Promise<{ invoice: string; subscription: string }[]> {
  const list = stripe.invoicePayments.list({
    payment: { type: "payment_intent", payment_intent: payment },
    limit: 100,
    expand: ["data.invoice"],
  });
  const found: { invoice: string; subscription: string }[] = [];
  for await (const { invoice } of list) {
    if (typeof invoice === "string" || invoice.deleted) continue;
    const subscription = idOf(invoice.parent?.subscription_details?.subscription);
    if (invoice.id && subscription) found.push({ invoice: invoice.id, subscription });
  }
  return found;
}

async function newestOf(
  stripe: Stripe,
  subscriptions: ReadonlySet<string>,
  invoices: ReadonlyMap<string, Reversal>,
): Promise<Map<string, Reversal>> {
  const found = new Map<string, Reversal>();
  for (const subscription of subscriptions) {
    const newest = await newestPaidInvoice(stripe, subscription);
    found.set(subscription, (newest && invoices.get(newest)) || KEPT);
  }
  return found;
}

// Newest first, as Stripe lists. Invoices of nothing, as a trial's, count for none.
async function newestPaidInvoice(stripe: Stripe, subscription: string): Promise<string | null> {
  for await (const { id, amount_paid } of stripe.invoices.list({ subscription, status: "paid", limit: 10 })) {
    if (id && amount_paid > 0) return id;
  }
  return null;
}
