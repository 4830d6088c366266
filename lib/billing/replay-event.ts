import type Stripe from "stripe";
import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { type Account, findAccountOf } from "./account.ts";
import { notConnected } from "./connection.ts";
import { namedCustomer } from "./event-customer.ts";
import { EVENTS_KEPT_DAYS } from "./forget-events.ts";
import { storeEvent } from "./inbox.ts";
import { processEvent } from "./receive-event.ts";
import { askStripe, isMissing } from "./stripe-errors.ts";

export const ReplayEvent = z.strictObject({
  /** As Stripe calls it. */
  eventId: z
    .string()
    .trim()
    .regex(/^evt_\w{1,250}$/, "is not an event’s id: it begins with evt_"),
});

/**
 * Does again what follows from an event: from what was received, or fetched from Stripe where it never came. Since it only
 * makes the customer be read anew, replaying what is done changes nothing, and says so.
 * @throws forbidden without `billing.reconcile`; not_found where neither we nor Stripe know it; conflict where no account is
 *   connected; unavailable where Stripe does not answer
 */
export async function replayEvent(ctx: Ctx, input: z.input<typeof ReplayEvent>): Promise<{ outcome: string }> {
  await demand(ctx, "billing.reconcile");
  const { eventId } = parse(ReplayEvent, input);
  const account = await findAccountOf(ctx.tenant.id);
  if (!account) throw notConnected();
  const known = await findStored(account, eventId);
  const event = known ?? (await fetchEvent(account, eventId));
  if (!known) await storeEvent({ tenantId: account.tenant.id, event, customerId: namedCustomer(event) });
  const { outcome } = await processEvent(account, {
    event,
    customerId: namedCustomer(event),
    requestId: ctx.requestId,
  });
  await transaction((tx) =>
    record(tx, ctx, {
      action: "billing.event_replayed",
      subject: { type: "stripe_event", id: event.id, label: `${event.type} (${event.id})` },
      after: { outcome, fetched: !known },
    }),
  );
  return { outcome };
}

async function findStored({ tenant }: Account, id: string): Promise<Stripe.Event | null> {
  const where = { tenantId_id: { tenantId: tenant.id, id } };
  const row = await query((db) => db.stripeEvent.findUnique({ where, select: { payload: true } }));
  return (row?.payload as Stripe.Event | undefined) ?? null;
}

const FORGOTTEN = `There is no such event. Done events are kept here for ${EVENTS_KEPT_DAYS} days, and at Stripe for 30: what followed from an older one, the drift page compares.`;

async function fetchEvent({ stripe, livemode }: Account, id: string): Promise<Stripe.Event> {
  const event = await askStripe(() =>
    stripe.events.retrieve(id).catch((error: unknown) => {
      if (isMissing(error)) throw new AppError("not_found", FORGOTTEN);
      throw error;
    }),
  );
  if (event.livemode !== livemode) throw conflict("That event is of the account’s other mode.");
  return event;
}
