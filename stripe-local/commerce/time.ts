import type Stripe from "stripe";

/** The second at which a period that begins at `start` ends. A month that has no 31st ends on its last day. */
export function periodEnd(start: number, recurring: Stripe.Price.Recurring): number {
  const { interval, interval_count: count } = recurring;
  const date = new Date(start * 1000);
  if (interval === "day" || interval === "week") {
    date.setUTCDate(date.getUTCDate() + count * (interval === "week" ? 7 : 1));
  } else {
    const months = count * (interval === "year" ? 12 : 1);
    const day = date.getUTCDate();
    date.setUTCMonth(date.getUTCMonth() + months);
    if (date.getUTCDate() !== day) date.setUTCDate(0);
  }
  return Math.floor(date.getTime() / 1000);
}
