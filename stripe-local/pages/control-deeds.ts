import type { Card } from "../account.ts";
import type { StripeAccount } from "../driver.ts";
import type { DeliveryMode } from "../outbox.ts";

type Interval = "month" | "year" | null;

/** What the control page's buttons do. */
export const DEEDS: Record<
  string,
  (driven: StripeAccount, form: { id: string; value: string; all: URLSearchParams }) => unknown
> = {
  mode: ({ outbox }, { value }) => {
    outbox.mode = value as DeliveryMode;
  },
  deliver: (driven) => driven.deliver(),
  send: ({ account, outbox }, { id }) => outbox.send(account.get("event", id)),
  advance: (driven, { value }) => driven.advance({ days: Math.min(4000, Math.max(0, Number(value) || 0)) }),
  card: (driven, { id, value }) => driven.card(id, value as Card),
  pastDue: (driven, { id }) => driven.pastDue(id),
  pay: (driven, { id }) => driven.pay(id),
  unpaid: (driven, { id }) => driven.unpaid(id),
  pause: (driven, { id }) => driven.pause(id),
  resume: (driven, { id }) => driven.resume(id),
  renew: (driven, { id }) => driven.renew(id),
  end: (driven, { id }) => driven.cancelAtPeriodEnd(id),
  keep: (driven, { id }) => driven.keep(id),
  cancel: (driven, { id }) => driven.cancel(id),
  refund: (driven, { id, value }) => driven.refund(id, value ? Number(value) : undefined),
  dispute: (driven, { id }) => driven.dispute(id),
  closeDispute: (driven, { id, value }) => driven.closeDispute(id, value === "won" ? "won" : "lost"),
  price: (driven, { all }) =>
    driven.price({
      name: all.get("name") ?? "",
      amount: Math.round(Number(all.get("amount")) * 100),
      interval: (all.get("interval") || null) as Interval,
    }),
};
