import type Stripe from "stripe";
import type { SubscriptionStatus } from "#lib/db/index.ts";
import {
  type CustomerSnapshot,
  KEPT,
  type PurchaseSeen,
  type Reversal,
  type SubscriptionSeen,
} from "./desired-state.ts";
import { type ReversedPayments, readReversals } from "./reversals.ts";
import { askStripe, isMissing } from "./stripe-errors.ts";
import { idOf } from "./stripe-id.ts";

const PAGE = 100;

/** A customer, or all of the account. */
interface Scope {
  customer?: string;
}

/**
 * Reads a customer whole from Stripe: what access hangs on, as it is now.
 * @throws unavailable where Stripe does not answer; conflict where it refuses the key
 */
export async function readCustomer(stripe: Stripe, customer: string): Promise<CustomerSnapshot> {
  const read = await askStripe(() =>
    readAll(stripe, { customer }).catch(async (error: unknown) => {
      if (isMissing(error) && (await isDeleted(stripe, customer))) return NOTHING;
      throw error;
    }),
  );
  return read.get(customer) ?? { customerId: customer, subscriptions: [], purchases: [] };
}

const NOTHING: ReadonlyMap<string, CustomerSnapshot> = new Map();

// With a customer Stripe ends their subscriptions. One whom the account never had is another matter: a wrong key, perhaps.
async function isDeleted(stripe: Stripe, customer: string): Promise<boolean> {
  return (await stripe.customers.retrieve(customer)).deleted === true;
}

/** The same of every customer who ever bought something, by the customer's id: a call for each hundred objects. */
export async function readAccount(stripe: Stripe): Promise<Map<string, CustomerSnapshot>> {
  return askStripe(() => readAll(stripe, {}));
}

async function readAll(stripe: Stripe, scope: Scope): Promise<Map<string, CustomerSnapshot>> {
  const [subscriptions, sessions, charges] = await Promise.all([
    readSubscriptions(stripe, scope),
    readSessions(stripe, scope),
    readReversedCharges(stripe, scope),
  ]);
  const reversed = await readReversals(stripe, charges, new Set(sessions.map(paymentOf)));
  const read = new Map<string, CustomerSnapshot>();
  const of = (customerId: string) => {
    const known = read.get(customerId) ?? { customerId, subscriptions: [], purchases: [] };
    read.set(customerId, known);
    return known;
  };
  for (const subscription of subscriptions) {
    of(idOf(subscription.customer)).subscriptions.push(await subscriptionSeen(stripe, subscription, reversed));
  }
  for (const session of sessions) {
    if (session.customer) of(idOf(session.customer)).purchases.push(await purchaseSeen(stripe, session, reversed));
  }
  return read;
}

async function readSubscriptions(stripe: Stripe, scope: Scope): Promise<Stripe.Subscription[]> {
  const params = { ...scope, status: "all", limit: PAGE, expand: ["data.latest_invoice"] } as const;
  return collect(stripe.subscriptions.list({ ...params, expand: [...params.expand] }), () => true);
}

/** Sessions whose goods were paid for once; a completed one is not yet a paid one. */
async function readSessions(stripe: Stripe, scope: Scope): Promise<Stripe.Checkout.Session[]> {
  const list = stripe.checkout.sessions.list({
    ...scope,
    status: "complete",
    limit: PAGE,
    expand: ["data.line_items"],
  });
  return collect(list, ({ mode, payment_status }) => mode === "payment" && payment_status !== "unpaid");
}

// Of a customer all charges are few. Of an account they are many, and those that were reversed few: refunds and disputes name them.
async function readReversedCharges(stripe: Stripe, scope: Scope): Promise<Stripe.Charge[]> {
  if (scope.customer) return collect(stripe.charges.list({ ...scope, limit: PAGE }), wasReversed);
  const [refunds, disputes] = await Promise.all([
    collect(stripe.refunds.list({ limit: PAGE, expand: ["data.charge"] }), () => true),
    collect(stripe.disputes.list({ limit: PAGE, expand: ["data.charge"] }), () => true),
  ]);
  const charges = [...refunds, ...disputes].flatMap(({ charge }) => (typeof charge === "object" ? (charge ?? []) : []));
  return [...new Map(charges.map((charge) => [charge.id, charge])).values()].filter(wasReversed);
}

function wasReversed({ status, amount_refunded, disputed }: Stripe.Charge): boolean {
  return status === "succeeded" && (amount_refunded > 0 || disputed);
}

async function collect<T>(list: AsyncIterable<T>, wanted: (object: T) => boolean): Promise<T[]> {
  const found: T[] = [];
  for await (const object of list) if (wanted(object)) found.push(object);
  return found;
}

async function subscriptionSeen(
  stripe: Stripe,
  subscription: Stripe.Subscription,
  reversed: ReversedPayments,
): Promise<SubscriptionSeen> {
  const { id, status, items, cancel_at, ended_at } = subscription;
  const all = items.has_more
    ? await collect(stripe.subscriptionItems.list({ subscription: id, limit: PAGE }), () => true)
    : items.data;
  return {
    id,
    status: status as SubscriptionStatus,
    items: all.map(({ price, current_period_end }) => ({ priceId: price.id, periodEnd: dateOf(current_period_end) })),
    cancelAt: cancelAtOf(subscription, all),
    pastDueSince: status === "past_due" ? await pastDueSinceOf(stripe, subscription) : null,
    endedAt: dateOf(ended_at ?? (status === "canceled" ? cancel_at : null)),
    reversal: reversed.subscriptions.get(id) ?? KEPT,
  };
}

function cancelAtOf({ cancel_at, cancel_at_period_end }: Stripe.Subscription, items: Stripe.SubscriptionItem[]) {
  if (cancel_at) return dateOf(cancel_at);
  return cancel_at_period_end ? dateOf(Math.max(...items.map((item) => item.current_period_end))) : null;
}

// From Stripe and not from the event: in whatever order events come, the days of grace begin at the same moment. It is the
// oldest invoice that is open: the next month's, unpaid too, is no new beginning.
async function pastDueSinceOf(stripe: Stripe, { id, latest_invoice: latest, created }: Stripe.Subscription) {
  const open = await collect(stripe.invoices.list({ subscription: id, status: "open", limit: PAGE }), () => true);
  const invoices = open.length === 0 && latest && typeof latest !== "string" ? [latest] : open;
  const times = invoices.map((invoice) => invoice.status_transitions?.finalized_at ?? invoice.created);
  return dateOf(times.length > 0 ? Math.min(...times) : created);
}

async function purchaseSeen(
  stripe: Stripe,
  session: Stripe.Checkout.Session,
  reversed: ReversedPayments,
): Promise<PurchaseSeen> {
  const lines = session.line_items;
  const all =
    lines && !lines.has_more
      ? lines.data
      : await collect(stripe.checkout.sessions.listLineItems(session.id, { limit: PAGE }), () => true);
  const reference = paymentOf(session);
  const reversal: Reversal = reversed.payments.get(reference) ?? KEPT;
  return { reference, priceIds: all.flatMap(({ price }) => (price ? [price.id] : [])), reversal };
}

// Where nothing had to be paid there is no payment: the session is the reference then.
function paymentOf({ id, payment_intent }: Stripe.Checkout.Session): string {
  return payment_intent ? idOf(payment_intent) : id;
}

function dateOf(seconds: number | null | undefined): Date | null {
  return typeof seconds === "number" && Number.isFinite(seconds) ? new Date(seconds * 1000) : null;
}
