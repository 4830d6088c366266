import type Stripe from "stripe";
import type { Account, Card } from "../account.ts";
import { newId } from "../account.ts";
import { badParam, badState } from "../failures.ts";
import { itemShape, listShape, subscriptionShape } from "../shapes/subscription.ts";
import { collectInvoice, invoicesOf, writeInvoice } from "./invoices.ts";
import { periodEnd } from "./time.ts";

const DAY = 86_400;

export interface Wanted {
  price: string;
  quantity?: number;
}

export interface Order {
  customer: string;
  items: Wanted[];
  /** Sold once, on the first invoice. */
  once?: Wanted[];
  trialDays?: number;
  metadata?: Stripe.Metadata;
  card?: Card;
}

/** Begins a subscription and charges its first invoice: active, trialing, or incomplete where the card is refused. */
export function subscribe(account: Account, order: Order): Stripe.Subscription {
  const created = account.now();
  const id = account.newId("subscription");
  const trialEnd = order.trialDays ? created + order.trialDays * DAY : null;
  const items = order.items.map((wanted) => newItem(account, { id, end: trialEnd }, wanted));
  const [first] = items;
  if (!first) throw badParam("items", "Missing required param: items.", "parameter_missing");
  const subscription = account.add(
    "subscription",
    subscriptionShape({
      id,
      created,
      customer: account.get("customer", order.customer, "customer").id,
      currency: first.price.currency,
      items: listShape(items, `/v1/subscription_items?subscription=${id}`),
      metadata: order.metadata ?? {},
      status: trialEnd ? "trialing" : "active",
      trial_start: trialEnd && created,
      trial_end: trialEnd,
    }),
  );
  const bill = writeInvoice(account, subscription, {
    reason: "subscription_create",
    lines: [...linesOf(subscription, trialEnd ? 0 : undefined), ...onceLines(account, order.once ?? [])],
  });
  if (!collectInvoice(account, bill, order.card)) subscription.status = "incomplete";
  account.emit("customer.subscription.created", subscription);
  return subscription;
}

function newItem(
  account: Account,
  { id, end }: { id: string; end: number | null },
  { price: priceId, quantity = 1 }: Wanted,
): Stripe.SubscriptionItem {
  const price = account.get("price", priceId, "items[0][price]");
  if (!price.recurring) {
    throw badParam(
      "items",
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
    );
  }
  if (!price.active) throw badParam("items", `The price specified is inactive. This field only accepts active prices.`);
  const start = account.now();
  return itemShape(price, {
    id: newId("si_", 14),
    created: start,
    subscription: id,
    quantity,
    current_period_start: start,
    current_period_end: end ?? periodEnd(start, price.recurring),
  });
}

function linesOf(subscription: Stripe.Subscription, amount?: number) {
  return subscription.items.data.map((item) => ({
    price: item.price,
    quantity: item.quantity ?? 1,
    item: item.id,
    amount,
    period: { start: item.current_period_start, end: item.current_period_end },
  }));
}

function onceLines(account: Account, once: Wanted[]) {
  const now = account.now();
  return once.map(({ price, quantity = 1 }) => ({
    price: account.get("price", price, "line_items[0][price]"),
    quantity,
    period: { start: now, end: now },
  }));
}

/** A new period begins and is charged: active again, or past due. `at` moves the invoice into the past. */
export function renew(
  account: Account,
  subscription: Stripe.Subscription,
  how: { card?: Card; at?: number } = {},
): void {
  const now = how.at ?? account.now();
  const items = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: now,
    current_period_end: item.price.recurring ? periodEnd(now, item.price.recurring) : now,
  }));
  const moved = {
    items: { ...subscription.items, data: items },
    trial_end: subscription.trial_end && Math.min(subscription.trial_end, now),
  };
  const before = subscription.latest_invoice;
  Object.assign(subscription, moved);
  const bill = writeInvoice(account, subscription, {
    reason: "subscription_cycle",
    lines: linesOf(subscription),
    at: how.at,
  });
  subscription.latest_invoice = before;
  const status = collectInvoice(account, bill, how.card) ? "active" : "past_due";
  account.change(subscription, { status, latest_invoice: bill.id }, "customer.subscription.updated");
}

/** Pays what is open; the subscription is active again. @throws StripeFailure where nothing is open, or the card is refused */
export function payOpenInvoices(account: Account, subscription: Stripe.Subscription): void {
  const open = invoicesOf(account, subscription).filter(({ status }) => status === "open");
  if (open.length === 0) throw badState(`Subscription ${subscription.id} has no open invoice.`);
  const paid = open.map((invoice) => collectInvoice(account, invoice, "pays")).every(Boolean);
  if (paid && ["past_due", "unpaid", "incomplete"].includes(subscription.status)) {
    account.change(subscription, { status: "active" }, "customer.subscription.updated");
  }
}

/** Ends a subscription now. */
export function endNow(
  account: Account,
  subscription: Stripe.Subscription,
  reason: Stripe.Subscription.CancellationDetails.Reason = "cancellation_requested",
): void {
  refuseEnded(subscription);
  const now = account.now();
  Object.assign(subscription, {
    status: subscription.status === "incomplete" ? "incomplete_expired" : "canceled",
    canceled_at: subscription.canceled_at ?? now,
    ended_at: now,
    cancellation_details: becauseOf(reason),
  } satisfies Partial<Stripe.Subscription>);
  for (const invoice of invoicesOf(account, subscription)) {
    if (invoice.status === "open") account.change(invoice, { status: "void" }, "invoice.voided");
  }
  account.emit("customer.subscription.deleted", subscription);
}

/** Lets a subscription end with its period, or takes that back. */
export function endWithPeriod(account: Account, subscription: Stripe.Subscription, ends: boolean): void {
  refuseEnded(subscription);
  account.change(
    subscription,
    {
      cancel_at_period_end: ends,
      cancel_at: ends ? endOf(subscription) : null,
      canceled_at: ends ? account.now() : null,
      cancellation_details: becauseOf(ends ? "cancellation_requested" : null),
    },
    "customer.subscription.updated",
  );
}

function becauseOf(reason: Stripe.Subscription.CancellationDetails.Reason | null) {
  return { comment: null, feedback: null, feedback_option: null, reason };
}

/** When the last of its periods ends. */
export function endOf(subscription: Stripe.Subscription): number {
  return Math.max(...subscription.items.data.map((item) => item.current_period_end));
}

/** Nothing is charged and nothing is due until it is resumed. */
export function pause(account: Account, subscription: Stripe.Subscription): void {
  refuseEnded(subscription);
  account.change(subscription, { status: "paused" }, "customer.subscription.updated");
  account.emit("customer.subscription.paused", subscription);
}

/** Goes on after a pause, with a new period. @throws StripeFailure 400 where it is not paused */
export function resume(account: Account, subscription: Stripe.Subscription): void {
  if (subscription.status !== "paused") throw badState("The subscription must be paused to be resumed.");
  renew(account, subscription);
  account.emit("customer.subscription.resumed", subscription);
}

export function refuseEnded(subscription: Stripe.Subscription): void {
  if (!subscription.ended_at) return;
  throw badState("A canceled subscription can only update its cancellation_details and metadata.", "resource_missing");
}

export { newItem };
