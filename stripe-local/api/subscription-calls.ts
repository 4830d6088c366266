import { z } from "zod";
import type { Account } from "../account.ts";
import { collectInvoice, paymentsOf } from "../commerce/invoices.ts";
import { changeItems } from "../commerce/items.ts";
import { endNow, endWithPeriod, pause, resume, subscribe } from "../commerce/subscriptions.ts";
import { declined } from "../failures.ts";
import { call } from "./call.ts";
import { pageOf } from "./page.ts";
import { accept, flag, mergeMetadata, metadata, paging, text, whole } from "./params.ts";

const item = z.strictObject({ price: text, quantity: whole.min(1).default(1), ...accept("metadata", "tax_rates") });
const change = z.strictObject({
  id: text.optional(),
  price: text.optional(),
  quantity: whole.min(1).optional(),
  deleted: flag.optional(),
  ...accept("metadata", "clear_usage"),
});
const IGNORED = accept(
  "collection_method",
  "default_payment_method",
  "description",
  "payment_settings",
  "trial_settings",
  "billing_mode",
  "off_session",
  "automatic_tax",
  "proration_date",
);

const subscriptions = [
  call("GET /v1/subscriptions", "subscription", {
    params: z.strictObject({
      ...paging,
      customer: text.optional(),
      price: text.optional(),
      status: z
        .enum([
          "active",
          "past_due",
          "unpaid",
          "canceled",
          "incomplete",
          "incomplete_expired",
          "trialing",
          "paused",
          "all",
          "ended",
        ])
        .optional(),
      ...accept("collection_method", "test_clock"),
    }),
    run({ tables }, { customer, price, status, ...page }, { path }) {
      const rows = tables.subscription.all(customer).filter((row) => isShown(row.status, status));
      const found = rows.filter(({ items }) => !price || items.data.some((each) => each.price.id === price));
      return pageOf(found, path, page);
    },
  }),
  call("POST /v1/subscriptions", "subscription", {
    params: z.strictObject({
      customer: text,
      items: z.array(item).min(1),
      add_invoice_items: z.array(item).optional(),
      metadata: metadata.optional(),
      trial_period_days: whole.min(1).optional(),
      cancel_at_period_end: flag.optional(),
      ...accept("payment_behavior", "proration_behavior"),
      ...IGNORED,
    }),
    run(account, { items, add_invoice_items: once, metadata: given, trial_period_days: trialDays, ...rest }) {
      const order = { customer: rest.customer, items, once, metadata: mergeMetadata({}, given), trialDays };
      const subscription = subscribe(account, order);
      if (rest.cancel_at_period_end) endWithPeriod(account, subscription, true);
      return subscription;
    },
  }),
  call("GET /v1/subscriptions/:id", "subscription", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("subscription", id),
  }),
  call("POST /v1/subscriptions/:id", "subscription", {
    params: z.strictObject({
      items: z.array(change).optional(),
      metadata: metadata.optional(),
      cancel_at_period_end: flag.optional(),
      proration_behavior: z.enum(["always_invoice", "create_prorations", "none"]).default("create_prorations"),
      ...accept("payment_behavior"),
      ...IGNORED,
    }),
    run(account, { items, metadata: given, cancel_at_period_end: ends, proration_behavior: proration }, { id }) {
      const subscription = account.get("subscription", id);
      if (items) changeItems(account, subscription, { items, charge: proration === "always_invoice" });
      if (ends !== undefined && ends !== subscription.cancel_at_period_end) endWithPeriod(account, subscription, ends);
      const patch = { metadata: mergeMetadata(subscription.metadata, given) };
      return account.change(subscription, patch, "customer.subscription.updated");
    },
  }),
  call("DELETE /v1/subscriptions/:id", "subscription", {
    params: z.strictObject(accept("invoice_now", "prorate", "cancellation_details")),
    run(account, _, { id }) {
      const subscription = account.get("subscription", id);
      endNow(account, subscription);
      return subscription;
    },
  }),
  call("POST /v1/subscriptions/:id/pause", "subscription", {
    params: z.strictObject(accept("type", "bill_for", "invoicing_behavior")),
    run: (account, _, { id }) => done(account, id, pause),
  }),
  call("POST /v1/subscriptions/:id/resume", "subscription", {
    params: z.strictObject(accept("billing_cycle_anchor", "proration_behavior", "proration_date")),
    run: (account, _, { id }) => done(account, id, resume),
  }),
];

const items = [
  call("GET /v1/subscription_items", "subscription", {
    params: z.strictObject({ ...paging, subscription: text }),
    run: (account, { subscription, ...page }, { path }) =>
      pageOf([...account.get("subscription", subscription, "subscription").items.data].reverse(), path, page),
  }),
];

function done(account: Account, id: string, what: typeof pause) {
  const subscription = account.get("subscription", id);
  what(account, subscription);
  return subscription;
}

/** Unless it is asked for, a list of subscriptions leaves out those that ended. */
function isShown(status: string, asked?: string): boolean {
  const ended = status === "canceled" || status === "incomplete_expired";
  if (asked === undefined) return !ended;
  return asked === "all" || asked === status || (asked === "ended" && ended);
}

const invoices = [
  call("GET /v1/invoices", "invoice", {
    params: z.strictObject({
      ...paging,
      customer: text.optional(),
      subscription: text.optional(),
      status: z.enum(["draft", "open", "paid", "uncollectible", "void"]).optional(),
      ...accept("collection_method", "due_date"),
    }),
    run({ tables }, { customer, subscription, status, ...page }, { path }) {
      const rows = tables.invoice.all(customer).filter((row) => !status || row.status === status);
      const of = rows.filter(
        ({ parent }) => !subscription || parent?.subscription_details?.subscription === subscription,
      );
      return pageOf(of, path, page);
    },
  }),
  call("GET /v1/invoices/:id", "invoice", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("invoice", id),
  }),
  call("POST /v1/invoices/:id/pay", "invoice", {
    params: z.strictObject(accept("paid_out_of_band", "off_session", "payment_method")),
    run(account, _, { id }) {
      const invoice = account.get("invoice", id);
      if (!collectInvoice(account, invoice)) throw declined({});
      return invoice;
    },
  }),
  call("GET /v1/invoice_payments", "invoice", {
    params: z.strictObject({
      ...paging,
      invoice: text.optional(),
      status: z.enum(["open", "paid", "canceled"]).optional(),
      payment: z.strictObject({ type: text, payment_intent: text.optional(), ...accept("payment_record") }).optional(),
    }),
    run({ tables }, { invoice, status, payment, ...page }, { path }) {
      const rows = tables.invoice_payment
        .all(invoice)
        .filter((row) => !status || row.status === status)
        .filter((row) => !payment?.payment_intent || row.payment.payment_intent === payment.payment_intent);
      return pageOf(rows, path, page);
    },
  }),
  call("GET /v1/invoice_payments/:id", "invoice", {
    params: z.strictObject({}),
    run: (account, _, { id }) => account.get("invoice_payment", id),
  }),
  call("GET /v1/invoices/:id/payments", "invoice", {
    params: z.strictObject(paging),
    run: (account, page, { id, path }) =>
      pageOf(paymentsOf(account, account.get("invoice", id).id).reverse(), path, page),
  }),
];

/** What is paid again and again, and what it was billed. */
export const subscriptionCalls = [...subscriptions, ...items, ...invoices];
