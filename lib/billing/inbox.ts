import type Stripe from "stripe";
import { query, queryPrepared, runIn, type Statement, type Tx, translated } from "#lib/db/index.ts";

/** What an event's row says of it. */
export interface Stored {
  /** It was received before, and its effect is there. */
  processed: boolean;
}

interface Received {
  tenantId: string;
  event: Stripe.Event;
  customerId: string | null;
}

const STORE: Statement = {
  name: "stripe_event_store",
  text: `
    WITH known AS (SELECT processed_at IS NOT NULL AS processed FROM stripe_events WHERE tenant_id = $1 AND id = $2),
      stored AS (
        INSERT INTO stripe_events (tenant_id, id, type, happened_at, livemode, customer_id, payload)
        SELECT $1, $2, $3, to_timestamp($4), $5, $6, $7 WHERE NOT EXISTS (SELECT FROM known) ON CONFLICT DO NOTHING)
    SELECT coalesce((SELECT processed FROM known), false) AS processed`,
};
const PROCESSED: Statement = {
  name: "stripe_event_processed",
  text: `
    UPDATE stripe_events SET processed_at = now(), attempts = attempts + 1, error = NULL, outcome = $3
    WHERE tenant_id = $1 AND id = ANY($2)`,
};

/** Keeps an event once, however often it comes. */
export async function storeEvent({ tenantId, event, customerId }: Received): Promise<Stored> {
  const { id, type, created, livemode } = event;
  const values = [tenantId, id, type, created, livemode, customerId, JSON.stringify(event)];
  try {
    const [stored] = await queryPrepared<Stored>(STORE, values);
    return stored ?? { processed: false };
  } catch (error) {
    throw translated(error);
  }
}

/** Says what events led to, in the transaction of what they led to. */
export async function markProcessed(tx: Tx, of: { tenantId: string; ids: readonly string[] }, outcome: string) {
  if (of.ids.length > 0) await runIn(tx, PROCESSED, [of.tenantId, of.ids, outcome]);
}

/** Says why events could not be worked on now. */
export async function markFailed(of: { tenantId: string; ids: readonly string[] }, error: string): Promise<void> {
  await query(
    (db) => db.$executeRaw`
      UPDATE stripe_events SET attempts = attempts + 1, error = ${error.slice(0, 1000)}
      WHERE tenant_id = ${of.tenantId}::uuid AND id = ANY(${[...of.ids]}::text[]) AND processed_at IS NULL`,
  );
}

/** Notes whom an event is about, once that is known. */
export async function noteCustomer(of: { tenantId: string; id: string }, customerId: string): Promise<void> {
  await query(
    (db) => db.$executeRaw`
      UPDATE stripe_events SET customer_id = ${customerId} WHERE tenant_id = ${of.tenantId}::uuid AND id = ${of.id}`,
  );
}
