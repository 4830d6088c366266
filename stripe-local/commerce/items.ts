import type Stripe from "stripe";
import type { Account } from "../account.ts";
import { badParam } from "../failures.ts";
import { collectInvoice, writeInvoice } from "./invoices.ts";
import { newItem, refuseEnded } from "./subscriptions.ts";

export interface ItemChange {
  /** The item to change; without it, one is added. */
  id?: string;
  price?: string;
  quantity?: number;
  deleted?: boolean;
}

/**
 * Adds, switches and removes the prices of a subscription. What is new is charged at once where `charge` says so, whole:
 * the stand-in does not prorate.
 * @throws StripeFailure 400 where an item is not of this subscription, or none would be left
 */
export function changeItems(
  account: Account,
  subscription: Stripe.Subscription,
  how: { items: ItemChange[]; charge: boolean },
): void {
  refuseEnded(subscription);
  const before = subscription.items.data;
  let items = [...before];
  for (const change of how.items) items = changed(account, items, { change, subscription: subscription.id });
  if (items.length === 0) throw badParam("items", "A subscription must have at least one active plan.");
  if (new Set(items.map(({ price }) => price.id)).size < items.length) {
    throw badParam("items", "Subscription items with the same price are not allowed: change the quantity.");
  }
  const fresh = items.filter((item) => !before.some(({ id, price }) => id === item.id && price.id === item.price.id));
  const latest = subscription.latest_invoice;
  if (how.charge && fresh.length > 0 && subscription.status !== "trialing") charge(account, subscription, fresh);
  const bill = subscription.latest_invoice;
  subscription.latest_invoice = latest;
  account.change(
    subscription,
    { items: { ...subscription.items, data: items }, latest_invoice: bill },
    "customer.subscription.updated",
  );
}

function charge(account: Account, subscription: Stripe.Subscription, fresh: Stripe.SubscriptionItem[]): void {
  const lines = fresh.map((item) => ({
    price: item.price,
    quantity: item.quantity ?? 1,
    item: item.id,
    proration: true,
    period: { start: item.current_period_start, end: item.current_period_end },
  }));
  collectInvoice(account, writeInvoice(account, subscription, { reason: "subscription_update", lines }));
}

function changed(
  account: Account,
  items: Stripe.SubscriptionItem[],
  { change, subscription }: { change: ItemChange; subscription: string },
): Stripe.SubscriptionItem[] {
  const place = { id: subscription, end: null };
  if (!change.id) {
    if (!change.price)
      throw badParam("items[0][price]", "Missing required param: items[0][price].", "parameter_missing");
    return [...items, newItem(account, place, { price: change.price, quantity: change.quantity })];
  }
  const item = items.find(({ id }) => id === change.id);
  if (!item) throw badParam("items[0][id]", `No such subscription_item: '${change.id}'`, "resource_missing");
  if (change.deleted) return items.filter(({ id }) => id !== item.id);
  const next = change.price && change.price !== item.price.id ? newItem(account, place, { price: change.price }) : item;
  const kept = { ...next, id: item.id, created: item.created, quantity: change.quantity ?? item.quantity };
  return items.map((each) => (each === item ? kept : each));
}
