import { query } from "#lib/db/index.ts";

/** For how long an event is kept after Stripe sent it, once it is done with. Stripe's own list goes back for 30 days. */
export const EVENTS_KEPT_DAYS = 90;

const AT_ONCE = 5000;

/**
 * Forgets events that were done with long ago, with what Stripe sent; those that failed are kept.
 * @returns how many
 */
export async function forgetEvents({ signal, now = new Date() }: { signal?: AbortSignal; now?: Date } = {}) {
  const before = new Date(now.getTime() - EVENTS_KEPT_DAYS * 86_400_000);
  const tenants = await query((db) => db.tenant.findMany({ select: { id: true } }));
  let forgotten = 0;
  for (const { id } of tenants) {
    let removed = AT_ONCE;
    while (removed === AT_ONCE && !signal?.aborted) {
      removed = await forgetSome(id, before);
      forgotten += removed;
    }
  }
  return { forgotten };
}

function forgetSome(tenantId: string, before: Date): Promise<number> {
  return query(
    (db) => db.$executeRaw`
      DELETE FROM stripe_events WHERE tenant_id = ${tenantId}::uuid AND id IN (
        SELECT id FROM stripe_events
        WHERE tenant_id = ${tenantId}::uuid AND received_at < ${before} AND processed_at IS NOT NULL LIMIT ${AT_ONCE})`,
  );
}
