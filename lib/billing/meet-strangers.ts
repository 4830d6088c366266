import { query } from "#lib/db/index.ts";
import { log } from "../log.ts";
import { findAccountOf } from "./account.ts";
import { refreshCustomer } from "./refresh-customer.ts";

const A_RUN = 200;

interface Stranger {
  tenantId: string;
  customerId: string;
}

/**
 * Reads the customers whom nobody was when Stripe told of them, and whose address somebody has verified since: they become
 * members where something is paid for.
 * @returns how many were looked at
 */
export async function meetStrangers({ signal }: { signal?: AbortSignal } = {}): Promise<{ met: number }> {
  let met = 0;
  for (const stranger of await findKnown()) {
    if (signal?.aborted) break;
    if (await meet(stranger)) met++;
  }
  return { met };
}

function findKnown(): Promise<Stranger[]> {
  return query(
    (db) => db.$queryRaw<Stranger[]>`
      SELECT s.tenant_id AS "tenantId", s.customer_id AS "customerId"
      FROM stripe_strangers s
      JOIN users u ON u.email = s.email AND u.email_verified_at IS NOT NULL
      JOIN stripe_connections c ON c.tenant_id = s.tenant_id
      ORDER BY s.seen_at LIMIT ${A_RUN}`,
  );
}

async function meet({ tenantId, customerId }: Stranger): Promise<boolean> {
  const where = { tenantId, customerId };
  try {
    const account = await findAccountOf(tenantId);
    if (!account) return false;
    await refreshCustomer(account, customerId);
    // Member or not by now: what they buy later, Stripe tells.
    await query((db) => db.stripeStranger.deleteMany({ where }));
    return true;
  } catch (error) {
    log.warn({ tenant: tenantId, customerId, error: (error as Error).message }, "a customer was not read");
    // Behind the others, so that nobody waits for one of whom Stripe says nothing.
    await query((db) => db.stripeStranger.updateMany({ where, data: { seenAt: new Date() } }));
    return false;
  }
}
