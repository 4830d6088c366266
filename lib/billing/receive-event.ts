import type Stripe from "stripe";
import { transaction } from "#lib/db/index.ts";
import { notFound } from "../errors.ts";
import { faultPoint } from "../fault-point.ts";
import { type Account, findAccount } from "./account.ts";
import { customerOf, isOurs, namedCustomer } from "./event-customer.ts";
import { markFailed, markProcessed, noteCustomer, storeEvent } from "./inbox.ts";
import { refreshCustomer } from "./refresh-customer.ts";
import { verifiedEvent } from "./webhook-signature.ts";

interface Delivery {
  /** The tenant's slug, as the path has it. */
  slug: string;
  /** As it came: the signature is over these bytes. */
  body: string;
  signature: string | null;
  requestId: string;
}

/**
 * Takes an event that Stripe delivers: keeps it once, and makes the ledger hold what follows from it before it returns.
 * However often and in whatever order events come, the same state comes of them (docs/adr/0016).
 * @returns what it led to, in words
 * @throws not_found for no such tenant, or one without an account; invalid for what Stripe has not signed just now; anything
 *   else where it must be delivered again
 */
export async function receiveEvent({ slug, body, signature, requestId }: Delivery): Promise<{ outcome: string }> {
  const account = await findAccount(slug);
  if (!account) throw notFound("webhook");
  const event = verifiedEvent(account, body, signature);
  const customerId = namedCustomer(event);
  const { processed } = await storeEvent({ tenantId: account.tenant.id, event, customerId });
  await faultPoint("stripe event stored");
  if (processed) return { outcome: "received before" };
  return processEvent(account, { event, customerId, requestId });
}

interface ToProcess {
  event: Stripe.Event;
  /** Where it is known already. */
  customerId: string | null;
  requestId: string;
}

/** Makes the ledger hold what follows from an event that is kept. @throws as refreshCustomer */
export async function processEvent(
  account: Account,
  { event, customerId, requestId }: ToProcess,
): Promise<{ outcome: string }> {
  const of = { tenantId: account.tenant.id, ids: [event.id] };
  if (!isOurs(event)) return done(of, "ignored: no membership or grant hangs on it");
  const customer = customerId ?? (await findCustomer(account, event));
  if (!customer) return done(of, "it names no customer");
  const { outcome } = await refreshCustomer(account, customer, { eventId: event.id, requestId });
  return { outcome };
}

async function done(of: { tenantId: string; ids: string[] }, outcome: string): Promise<{ outcome: string }> {
  await transaction((tx) => markProcessed(tx, of, outcome));
  return { outcome };
}

async function findCustomer({ stripe, tenant }: Account, event: Stripe.Event): Promise<string | null> {
  const of = { tenantId: tenant.id, id: event.id };
  try {
    const customer = await customerOf(stripe, event);
    if (customer) await noteCustomer(of, customer);
    return customer;
  } catch (error) {
    // What can't even be noted down is tried again by Stripe, and by the job that looks for such events.
    await markFailed({ tenantId: tenant.id, ids: [event.id] }, (error as Error).message).catch(() => undefined);
    throw error;
  }
}
