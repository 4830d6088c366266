import { actorKey } from "#lib/access/index.ts";
import { LruCache } from "../lru-cache.ts";
import { recordDenial } from "./demand.ts";
import type { AuditScope } from "./record.ts";

type Refusal = Parameters<typeof recordDenial>[1];

const recorded = new LruCache<{ minute: number; count: number }>(10_000);

/**
 * Records a refusal, equal ones up to `perMinute` times a minute. Each row takes its turn in the tenant's chain: who asks
 * for the same thing in a loop must not hold up everybody else, nor fill the log.
 */
export async function recordRefusal(scope: AuditScope, refusal: Refusal, perMinute: number): Promise<void> {
  const key = `${actorKey(scope.actor)} ${refusal.action} ${refusal.subject?.id} ${refusal.reason}`;
  const minute = Math.floor(Date.now() / 60_000);
  const known = recorded.get(key);
  const count = known?.minute === minute ? known.count + 1 : 1;
  recorded.set(key, { minute, count });
  if (count <= perMinute) await recordDenial(scope, refusal);
}
