import type Stripe from "stripe";
import type { Account, Card, Permissions } from "./account.ts";
import { newId } from "./account.ts";
import { openCheckout, type PayWith, payCheckout, settleCheckout } from "./commerce/checkout.ts";
import { advance } from "./commerce/clock.ts";
import { invoicesOf, paymentsOf } from "./commerce/invoices.ts";
import { changeItems } from "./commerce/items.ts";
import { closeDispute, failRefund, openDispute, refundCharge } from "./commerce/payments.ts";
import { endNow, endWithPeriod, pause, payOpenInvoices, renew, resume, subscribe } from "./commerce/subscriptions.ts";
import { type DeliverOptions, type DeliveryMode, Outbox, signatureOf } from "./outbox.ts";
import { customerShape, priceShape, productShape } from "./shapes/catalog.ts";

const DAY = 86_400;

type Interval = "day" | "week" | "month" | "year";

export interface AccountOptions {
  name?: string;
  /** Its key; one is drawn unless given. */
  key?: string;
  /** What the key may do: everything, unless these are named (`rak_customer_write` …). */
  permissions?: Permissions;
  /** Where its events go. Without a url they wait for `deliver({ to })`. */
  webhook?: { url?: string; secret?: string; events?: string[] };
  mode?: DeliveryMode;
  /** Where its events go instead of the host that their endpoints name, which may not be known on this machine. */
  deliverTo?: string;
}

export type StripeAccount = ReturnType<typeof drive>;

/** Everything that can happen in an account without a browser, as plain functions. Ids go in, objects as Stripe shows them come out. */
export function drive(account: Account, options: AccountOptions & { baseUrl: string }) {
  const webhookSecret = options.webhook?.secret ?? newId("whsec_", 32);
  const { mode = "by-hand", deliverTo: origin } = options;
  const outbox = new Outbox(account, { mode, secret: () => webhookSecret, origin });
  const { url, events } = options.webhook ?? {};
  if (url) account.addEndpoint({ url, secret: webhookSecret, events });
  const key = options.key ?? [...account.keys.keys()][0] ?? newId("rk_test_", 32);
  if (!account.keys.has(key)) account.keys.set(key, options.permissions ?? "all");
  return {
    id: account.id,
    key,
    webhookSecret,
    outbox,
    /** Everything that it keeps; look, don't touch. */
    account,
    ...catalog(account),
    ...sales(account, options.baseUrl),
    ...changes(account),
    ...trouble(account),
    /** Another key for the same account; a restricted one where permissions are named. */
    addKey(
      permissions: Permissions = "all",
      another = newId(permissions === "all" ? "sk_test_" : "rk_test_", 32),
    ): string {
      account.keys.set(another, permissions);
      return another;
    },
    revokeKey: (old: string) => void account.keys.delete(old),
    /** Moves the clock on: renewals, ends of trials and of subscriptions happen on the way. */
    advance: ({ days = 0, seconds = 0 }: { days?: number; seconds?: number }) => advance(account, days * DAY + seconds),
    /** All that happened, oldest first. */
    events: (): Stripe.Event[] => account.tables.event.all(),
    /** Sends what waits: see DeliverOptions. */
    deliver: (how?: DeliverOptions) => outbox.deliver(how),
    /** The body and the header of an event as they would arrive. */
    signed(event: object, how: { secret?: string; timestamp?: number } = {}) {
      const body = JSON.stringify(event);
      return { body, signature: signatureOf(body, how.secret ?? webhookSecret, how.timestamp) };
    },
  };
}

function catalog(account: Account) {
  return {
    customer(about: { email?: string; name?: string; metadata?: Stripe.Metadata; card?: Card } = {}): Stripe.Customer {
      const { email = null, name = null, metadata = {}, card } = about;
      const customer = customerShape({ id: account.newId("customer"), created: account.now(), email, name, metadata });
      account.add("customer", customer);
      if (card) account.cards.set(customer.id, card);
      account.emit("customer.created", customer);
      return customer;
    },
    /** How the customer's card behaves from now on. */
    card: (customer: string, card: Card) => void account.cards.set(customer, card),
    product: (about: { name?: string } = {}): Stripe.Product => makeProduct(account, about.name),
    /** A price: each month unless said otherwise; `interval: null` is paid once. */
    price: (about: NewPrice = {}): Stripe.Price => makePrice(account, about),
  };
}

function makeProduct(account: Account, name = "Membership"): Stripe.Product {
  const product = productShape({ id: account.newId("product"), created: account.now(), name });
  account.add("product", product);
  account.emit("product.created", product);
  return product;
}

export type NewPrice = Partial<{
  product: string;
  amount: number;
  currency: string;
  interval: Interval | null;
  /** Of its product, where that is made too. */
  name: string;
  /** The vendor's word for the price itself. */
  nickname: string;
  /** A name of the vendor's own, Stripe's lookup_key. */
  key: string;
}>;

function makePrice(account: Account, about: NewPrice): Stripe.Price {
  const { interval = "month", amount = 1900, currency = "usd", name } = about;
  const price = priceShape({
    id: account.newId("price"),
    created: account.now(),
    product: about.product ?? makeProduct(account, name).id,
    unit_amount: amount,
    currency,
    nickname: about.nickname ?? null,
    lookup_key: about.key ?? null,
    recurring: interval && {
      interval,
      interval_count: 1,
      meter: null,
      trial_period_days: null,
      usage_type: "licensed",
    },
  });
  account.add("price", price);
  account.emit("price.created", price);
  return price;
}

function sales(account: Account, baseUrl: string) {
  const session = (id: string) => account.get("checkout.session", id);
  return {
    /**
     * Buys through a checkout page: what recurs becomes one subscription, what is paid once one payment.
     * The ids that a refund or a cancellation needs are on what comes back.
     */
    buy(customer: string, prices: string[], how: { metadata?: Stripe.Metadata; trialDays?: number } = {}) {
      const recurs = (price: string) => account.get("price", price).recurring !== null;
      const metadata = how.metadata ?? {};
      const open = (mode: "payment" | "subscription", chosen: string[]) =>
        chosen.length === 0
          ? null
          : payCheckout(
              account,
              openCheckout(account, {
                mode,
                lines: chosen.map((price) => ({ price })),
                session: { customer, metadata },
                subscriptionData: { metadata, trialDays: how.trialDays },
                paymentData: { metadata },
                baseUrl,
              }),
            );
      const subscribed = open("subscription", prices.filter(recurs));
      const paid = open(
        "payment",
        prices.filter((price) => !recurs(price)),
      );
      return {
        subscription: subscribed && account.get("subscription", subscribed.subscription as string),
        subscriptionSession: subscribed,
        /** The id of the payment intent. */
        payment: paid && (paid.payment_intent as string),
        paymentSession: paid,
      };
    },
    /** A subscription made in Stripe's dashboard, without a checkout page. */
    subscribe: (
      customer: string,
      prices: string[],
      how: { trialDays?: number; metadata?: Stripe.Metadata; card?: Card } = {},
    ) => subscribe(account, { customer, items: prices.map((price) => ({ price })), ...how }),
    /** Pays at a checkout page that Purser opened. @throws StripeFailure 402 for "declined" */
    payCheckout: (id: string, how: PayWith = "card") => payCheckout(account, session(id), how),
    settleCheckout: (id: string, came = true) => settleCheckout(account, session(id), came),
  };
}

function changes(account: Account) {
  const act =
    <A extends unknown[]>(what: (account: Account, subscription: Stripe.Subscription, ...rest: A) => void) =>
    (id: string, ...rest: A): Stripe.Subscription => {
      const subscription = account.get("subscription", id);
      what(account, subscription, ...rest);
      return subscription;
    };
  return {
    addPrice: act((_, subscription, price: string) =>
      changeItems(account, subscription, { items: [{ price }], charge: true }),
    ),
    removePrice: act((_, subscription, price: string) =>
      changeItems(account, subscription, { items: [{ id: itemOf(subscription, price), deleted: true }], charge: true }),
    ),
    switchPrice: act((_, subscription, { from, to }: { from: string; to: string }) =>
      changeItems(account, subscription, { items: [{ id: itemOf(subscription, from), price: to }], charge: true }),
    ),
    cancel: act((_, subscription) => endNow(account, subscription)),
    cancelAtPeriodEnd: act((_, subscription) => endWithPeriod(account, subscription, true)),
    keep: act((_, subscription) => endWithPeriod(account, subscription, false)),
    renew: act((_, subscription) => renew(account, subscription)),
    /** The renewal is refused. `since` is when: the invoice's own date, for grace that is over. */
    pastDue: act((_, subscription, since?: Date) =>
      renew(account, subscription, { card: "declines", at: since && Math.floor(since.getTime() / 1000) }),
    ),
    /** Stripe gave up: unpaid, and no more attempts. */
    unpaid: act((_, subscription) =>
      account.change(subscription, { status: "unpaid" }, "customer.subscription.updated"),
    ),
    pay: act((_, subscription) => payOpenInvoices(account, subscription)),
    pause: act((_, subscription) => pause(account, subscription)),
    resume: act((_, subscription) => resume(account, subscription)),
  };
}

function itemOf(subscription: Stripe.Subscription, price: string): string {
  const item = subscription.items.data.find((each) => each.price.id === price);
  if (!item) throw new Error(`${subscription.id} has no item with ${price}`);
  return item.id;
}

function trouble(account: Account) {
  /** The charge behind a charge, a payment intent, or a subscription's latest paid invoice. */
  const chargeOf = (id: string): Stripe.Charge => {
    if (id.startsWith("ch_")) return account.get("charge", id);
    if (id.startsWith("pi_")) return account.get("charge", account.get("payment_intent", id).latest_charge as string);
    const paid = invoicesOf(account, account.get("subscription", id))
      .filter((each) => each.amount_paid > 0)
      .at(-1);
    const payment = paid && paymentsOf(account, paid.id).find(({ status }) => status === "paid");
    if (!payment) throw new Error(`${id} was never paid`);
    return chargeOf(payment.payment.payment_intent as string);
  };
  return {
    chargeOf,
    /** Gives back what a charge, payment intent or subscription was paid with: all that is left, or an amount in the smallest unit. */
    refund: (paid: string, amount?: number) => refundCharge(account, chargeOf(paid), { amount }),
    failRefund: (refund: string) => failRefund(account, account.get("refund", refund)),
    dispute: (paid: string) => openDispute(account, chargeOf(paid)),
    closeDispute: (dispute: string, outcome: "won" | "lost") =>
      closeDispute(account, account.get("dispute", dispute), outcome),
  };
}
