import type Stripe from "stripe";
import { query } from "#lib/db/index.ts";
import { newId } from "../ids.ts";
import { log } from "../log.ts";
import { findAccountOf } from "./account.ts";
import { processEvent } from "./receive-event.ts";

const ATTEMPTS_MAX = 20;
const AT_ONCE = 4;
const A_RUN = 500;

interface Due {
  tenantId: string;
  id: string;
  customerId: string | null;
  payload: Stripe.Event;
}

/**
 * Works on events that were received and not done with: a minute after they came, then less and less often, for about
 * three days. Stripe delivers them again too; whichever comes first does it.
 */
export async function retryStripeEvents({ signal }: { signal?: AbortSignal } = {}): Promise<{ done: number }> {
  const due = await findDue();
  let done = 0;
  const worker = async () => {
    for (let event = due.shift(); event && !signal?.aborted; event = due.shift()) done += await retry(event);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { done };
}

// After its n-th attempt an event waits until n³ half minutes after it came: 4 minutes, half an hour, 9 hours, 3 days.
function findDue(): Promise<Due[]> {
  return query(
    (db) => db.$queryRaw<Due[]>`
      SELECT e.tenant_id AS "tenantId", e.id, e.customer_id AS "customerId", e.payload
      FROM stripe_events e JOIN stripe_connections c ON c.tenant_id = e.tenant_id
      WHERE e.processed_at IS NULL AND e.attempts < ${ATTEMPTS_MAX}
        AND e.received_at < now() - interval '1 minute'
        AND e.received_at + e.attempts * e.attempts * e.attempts * interval '32 seconds' < now()
      ORDER BY e.received_at LIMIT ${A_RUN}`,
  );
}

async function retry({ tenantId, id, customerId, payload }: Due): Promise<number> {
  const account = await findAccountOf(tenantId).catch((error: Error) => failedAgain({ tenantId, id }, error));
  if (!account) return 0;
  try {
    await processEvent(account, { event: payload, customerId, requestId: newId() });
    return 1;
  } catch (error) {
    // Its row says so too, and it is due again later.
    log.warn(
      { tenant: account.tenant.slug, event: id, error: (error as Error).message },
      "a Stripe event failed again",
    );
    return 0;
  }
}

/** Of an account whose key can't be opened: nobody else's events wait for it. */
async function failedAgain({ tenantId, id }: Pick<Due, "tenantId" | "id">, { message }: Error): Promise<null> {
  log.warn({ tenant: tenantId, event: id, error: message }, "a Stripe event failed again");
  const data = { attempts: { increment: 1 }, error: message };
  await query((db) => db.stripeEvent.update({ where: { tenantId_id: { tenantId, id } }, data, select: { id: true } }));
  return null;
}
