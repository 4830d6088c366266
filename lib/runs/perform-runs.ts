import { setTimeout as sleep } from "node:timers/promises";
import { query } from "#lib/db/index.ts";
import type { RunDefinition } from "./define-run.ts";
import { performOne } from "./perform-one.ts";
import { giveUpTheDead, takeNext } from "./take-run.ts";

const AT_ONCE = 4;
const LOOK_MS = 500;
const DEAD_EVERY_MS = 5000;
const KEEP_DAYS = 90;

// biome-ignore lint/suspicious/noExplicitAny: each definition knows its own input
export type AnyRun = RunDefinition<any>;

/**
 * Does what is queued of these kinds, several at once, until nothing is left: also what a worker died with. Any number of
 * processes may do so. @throws the signal's reason, once what it has in hand has stopped
 */
export async function performRuns({ signal, runs }: { signal: AbortSignal; runs: readonly AnyRun[] }): Promise<void> {
  const kinds = new Map(runs.map((run) => [run.kind, run]));
  const inHand = new Set<Promise<void>>();
  const dead = everyFew(() => giveUpTheDead(kinds), DEAD_EVERY_MS);
  try {
    for (;;) {
      signal.throwIfAborted();
      await dead();
      const next = inHand.size < AT_ONCE ? await takeNext([...kinds.keys()]) : null;
      const definition = next && kinds.get(next.kind);
      if (next && definition) {
        const one: Promise<void> = performOne(next, { definition, stopping: signal }).finally(() => inHand.delete(one));
        inHand.add(one);
      } else if (inHand.size === 0) break;
      else await Promise.race([...inHand, sleep(LOOK_MS)]);
    }
  } finally {
    await Promise.allSettled(inHand);
  }
  await forget();
}

/** Calls `work` at the first call, and then at most once in `ms`. */
function everyFew(work: () => Promise<void>, ms: number): () => Promise<void> {
  let dueAt = 0;
  return async () => {
    if (performance.now() < dueAt) return;
    dueAt = performance.now() + ms;
    await work();
  };
}

async function forget(): Promise<void> {
  await query(
    (db) => db.$executeRaw`
      DELETE FROM operation_runs WHERE finished_at < now() - make_interval(days => ${KEEP_DAYS})`,
  );
}
