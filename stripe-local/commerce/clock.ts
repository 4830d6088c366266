import type { Account } from "../account.ts";
import { endNow, endOf, renew } from "./subscriptions.ts";

/** Moves the account's clock on, and lets happen what falls due on the way: renewals, ends of trials and of subscriptions. */
export function advance(account: Account, seconds: number): void {
  const target = account.now() + seconds;
  for (;;) {
    const due = account.tables.subscription
      .all()
      .filter((subscription) => ["active", "trialing", "past_due"].includes(subscription.status))
      .sort((a, b) => endOf(a) - endOf(b))[0];
    const at = due && endOf(due);
    if (!due || at === undefined || at > target) break;
    account.clockOffset += Math.max(0, at - account.now());
    if (due.cancel_at_period_end) endNow(account, due);
    else renew(account, due);
  }
  account.clockOffset += Math.max(0, target - account.now());
}
