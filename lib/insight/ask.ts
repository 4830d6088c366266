import { type Tx, transaction } from "#lib/db/index.ts";

/**
 * Asks what reads much of a tenant at once. The session's plans fit any values (lib/db/pool.ts), which is right for look-ups by
 * key; here a week of one product and a year of all need plans of their own, and room to add up in.
 */
export function ask<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true)`;
    return work(tx);
  });
}
