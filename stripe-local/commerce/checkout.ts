import type Stripe from "stripe";
import type { Account, CheckoutPlan } from "../account.ts";
import { newId } from "../account.ts";
import { badParam, badState, declined } from "../failures.ts";
import { customerShape } from "../shapes/catalog.ts";
import { lineItemShape, sessionShape } from "../shapes/checkout.ts";
import { takeMoney } from "./payments.ts";
import { subscribe, type Wanted } from "./subscriptions.ts";

export interface CheckoutOrder extends Omit<CheckoutPlan, "lines"> {
  mode: "payment" | "subscription";
  lines: Wanted[];
  /** What the session carries besides: its customer, addresses to return to, metadata. */
  session: Partial<Stripe.Checkout.Session>;
  /** Where the stand-in's own pages are. */
  baseUrl: string;
}

/** Opens a checkout page. @throws StripeFailure 400 where the prices don't fit the mode */
export function openCheckout(account: Account, order: CheckoutOrder): Stripe.Checkout.Session {
  const prices = order.lines.map(({ price }, at) => account.get("price", price, `line_items[${at}][price]`));
  refuseMisfits(order, prices);
  const id = account.newId("checkout.session");
  const lines = prices.map((price, at) => lineItemShape(newId("li_"), price, order.lines[at]?.quantity ?? 1));
  account.checkouts.set(id, { lines, subscriptionData: order.subscriptionData, paymentData: order.paymentData });
  return account.add(
    "checkout.session",
    sessionShape({
      ...order.session,
      id,
      created: account.now(),
      mode: order.mode,
      currency: prices[0]?.currency ?? "usd",
      amount_total: lines.reduce((sum, line) => sum + line.amount_total, 0),
      url: `${order.baseUrl}/checkout/${id}`,
    }),
  );
}

function refuseMisfits({ mode }: CheckoutOrder, prices: Stripe.Price[]): void {
  if (prices.length === 0) throw badParam("line_items", "Missing required param: line_items.", "parameter_missing");
  if (prices.some(({ active }) => !active)) {
    throw badParam("line_items", "The price specified is inactive. This field only accepts active prices.");
  }
  const recurring = prices.filter((price) => price.recurring).length;
  if (mode === "payment" && recurring > 0) {
    throw badParam(
      "mode",
      "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.",
    );
  }
  if (mode === "subscription" && recurring === 0) {
    throw badParam("mode", "You must provide at least one recurring price in `subscription` mode when using prices.");
  }
  if (new Set(prices.map(({ currency }) => currency)).size > 1) {
    throw badParam("line_items", "All line items must have the same currency.");
  }
}

/** How the buyer pays: at once, with a card that is refused, or by a way that takes days. */
export type PayWith = "card" | "declined" | "later";

/**
 * The buyer pays. @returns the session, complete; unpaid where the money comes later
 * @throws StripeFailure 402 where the card is refused, 400 where the session is no longer open
 */
export function payCheckout(
  account: Account,
  session: Stripe.Checkout.Session,
  how: PayWith = "card",
): Stripe.Checkout.Session {
  if (session.status !== "open") throw badState(`This checkout session is ${session.status}.`);
  const customer = session.customer ? (session.customer as string) : newCustomer(account, session).id;
  if (how === "declined") {
    const { amount_total: amount, currency } = session;
    throw declined(
      takeMoney(account, { customer, amount: amount ?? 0, currency: currency ?? "usd", card: "declines" }),
    );
  }
  const { email = null, name = null } = account.tables.customer.get(customer) ?? {};
  Object.assign(session, {
    customer,
    status: "complete",
    url: null,
    customer_details: {
      address: null,
      business_name: null,
      email,
      individual_name: null,
      name,
      phone: null,
      tax_exempt: "none",
      tax_ids: [],
    },
  });
  // Under its customer from now on, where it had none.
  account.add("checkout.session", session);
  if (how === "card") fulfil(account, session);
  account.emit("checkout.session.completed", session);
  return session;
}

/** The money of a slow payment came, or did not. */
export function settleCheckout(account: Account, session: Stripe.Checkout.Session, came: boolean): void {
  if (session.status !== "complete" || session.payment_status !== "unpaid") throw badState("Nothing is awaited here.");
  if (came) fulfil(account, session);
  account.emit(came ? "checkout.session.async_payment_succeeded" : "checkout.session.async_payment_failed", session);
}

/** Nobody pays here any more. */
export function expireCheckout(account: Account, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  if (session.status !== "open") throw badState('Only Checkout Sessions with a status in ["open"] can be expired.');
  Object.assign(session, { status: "expired", url: null });
  account.emit("checkout.session.expired", session);
  return session;
}

function fulfil(account: Account, session: Stripe.Checkout.Session): void {
  const customer = session.customer as string;
  const { lines, paymentData, subscriptionData } = account.checkouts.get(session.id) ?? { lines: [] };
  session.payment_status = session.amount_total === 0 ? "no_payment_required" : "paid";
  if (session.mode === "payment") {
    const { amount_total: amount, currency } = session;
    const intent = takeMoney(account, {
      ...paymentData,
      customer,
      amount: amount ?? 0,
      currency: currency ?? "usd",
      card: "pays",
    });
    session.payment_intent = intent.id;
    return;
  }
  const wanted = (recurring: boolean) =>
    lines
      .filter(({ price }) => Boolean(price?.recurring) === recurring)
      .map(({ price, quantity }) => ({ price: price?.id ?? "", quantity: quantity ?? 1 }));
  const { metadata, trialDays } = subscriptionData ?? {};
  const bought = subscribe(account, {
    customer,
    items: wanted(true),
    once: wanted(false),
    metadata,
    trialDays,
    card: "pays",
  });
  Object.assign(session, { subscription: bought.id, invoice: bought.latest_invoice });
}

function newCustomer(account: Account, session: Stripe.Checkout.Session): Stripe.Customer {
  const customer = customerShape({
    id: account.newId("customer"),
    created: account.now(),
    email: session.customer_email,
  });
  account.add("customer", customer);
  account.emit("customer.created", customer);
  return customer;
}
