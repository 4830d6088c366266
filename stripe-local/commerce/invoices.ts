import type Stripe from "stripe";
import type { Account } from "../account.ts";
import { badState } from "../failures.ts";
import { invoiceShape, lineShape } from "../shapes/invoice.ts";
import { invoicePaymentShape } from "../shapes/payment.ts";
import { listShape } from "../shapes/subscription.ts";
import { takeMoney } from "./payments.ts";

export interface Bill {
  reason: Stripe.Invoice.BillingReason;
  lines: {
    price: Stripe.Price;
    quantity: number;
    item?: string;
    amount?: number;
    proration?: boolean;
    period: { start: number; end: number };
  }[];
  /** When it was written; now, unless a test wants another past. */
  at?: number;
}

/** Writes an invoice for a subscription, finalized and not yet paid. */
export function writeInvoice(account: Account, subscription: Stripe.Subscription, bill: Bill): Stripe.Invoice {
  const id = account.newId("invoice");
  const at = bill.at ?? account.now();
  const lines = bill.lines.map((line, index) =>
    lineShape(`il_${id.slice(3)}${index}`, {
      ...line,
      invoice: id,
      subscription: subscription.id,
      item: line.item ?? null,
    }),
  );
  const invoice = account.add(
    "invoice",
    invoiceShape({
      id,
      created: at,
      customer: subscription.customer as string,
      customer_email: account.tables.customer.get(subscription.customer as string)?.email ?? null,
      currency: subscription.currency,
      billing_reason: bill.reason,
      lines: listShape(lines, `/v1/invoices/${id}/lines`),
      parent: {
        quote_details: null,
        subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
        type: "subscription_details",
      },
      period_start: at,
      period_end: at,
    }),
  );
  subscription.latest_invoice = id;
  account.emit("invoice.created", invoice);
  account.emit("invoice.finalized", invoice);
  return invoice;
}

/** Charges an open invoice to the customer's card. False where the card is refused. */
export function collectInvoice(account: Account, invoice: Stripe.Invoice, card?: "pays" | "declines"): boolean {
  if (invoice.status !== "open") throw badState(`Invoice ${invoice.id} is ${invoice.status}.`, "invoice_not_open");
  if (invoice.amount_due === 0) return settle(account, invoice);
  const intent = takeMoney(account, {
    customer: invoice.customer as string,
    amount: invoice.amount_due,
    currency: invoice.currency,
    description: "Subscription",
    card,
  });
  const paid = intent.status === "succeeded";
  const payment = account.add("invoice_payment", {
    ...invoicePaymentShape({
      id: account.newId("invoice_payment"),
      created: account.now(),
      amount_requested: invoice.amount_due,
      currency: invoice.currency,
      invoice: invoice.id,
      payment: { payment_intent: intent.id, type: "payment_intent" },
      status: paid ? "paid" : "open",
    }),
  });
  if (paid) account.emit("invoice_payment.paid", payment);
  return paid ? settle(account, invoice) : refuse(account, invoice);
}

function settle(account: Account, invoice: Stripe.Invoice): true {
  account.change(invoice, {
    status: "paid",
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempted: true,
    attempt_count: invoice.attempt_count + 1,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, paid_at: account.now() },
  });
  account.emit("invoice.paid", invoice);
  account.emit("invoice.payment_succeeded", invoice);
  return true;
}

function refuse(account: Account, invoice: Stripe.Invoice): false {
  const tries = invoice.attempt_count + 1;
  const next = account.now() + 3 * 86_400;
  account.change(invoice, { attempted: true, attempt_count: tries, next_payment_attempt: next });
  account.emit("invoice.payment_failed", invoice);
  return false;
}

/** The invoices of a subscription, oldest first. */
export function invoicesOf(account: Account, subscription: Stripe.Subscription): Stripe.Invoice[] {
  const rows = account.tables.invoice.all(subscription.customer as string);
  return rows.filter((invoice) => invoice.parent?.subscription_details?.subscription === subscription.id);
}

/** The payments of an invoice, newest first. */
export function paymentsOf(account: Account, invoice: string): Stripe.InvoicePayment[] {
  return account.tables.invoice_payment.all(invoice).reverse();
}
