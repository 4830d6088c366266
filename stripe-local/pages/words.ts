import type Stripe from "stripe";
import type { Account } from "../account.ts";
import { money } from "./html.ts";

/** `Membership, $19.00 a month` */
export function priceLabel(account: Account, price: Stripe.Price): string {
  const product = account.tables.product.get(price.product as string)?.name ?? "";
  const name = price.nickname && price.nickname !== product ? `${product} ${price.nickname}`.trim() : product;
  return `${name}, ${amountLabel(price)}`;
}

/** `$19.00 a month` */
export function amountLabel({ unit_amount, currency, recurring }: Stripe.Price): string {
  const amount = money(unit_amount, currency);
  if (!recurring) return `${amount} once`;
  const { interval, interval_count: count } = recurring;
  return count === 1 ? `${amount} a ${interval}` : `${amount} every ${count} ${interval}s`;
}

const STATUS: Record<string, string> = { past_due: "past due", incomplete_expired: "never paid", canceled: "ended" };

/** How a subscription stands, in words. */
export function statusLabel({ status }: { status: string }): string {
  return STATUS[status] ?? status;
}
