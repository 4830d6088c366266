import { PgBoss } from "pg-boss";
import { alone, pool } from "#lib/db/index.ts";
import { log } from "../log.ts";
import type { Job } from "./jobs.ts";

const STOP_MS = 15_000;
// Any fixed number: pg-boss's own lock is taken too late to keep two first starts from making one schema.
const START_LOCK = 7_287_738;

const QUEUE = {
  // One waits and one runs, over all workers: what is asked for twice is done once.
  policy: "stately",
  // A worker that dies is noticed by its silence, and the job begins again elsewhere.
  heartbeatSeconds: 20,
  expireInSeconds: 6 * 3600,
  retryLimit: 5,
  retryDelay: 1,
  deleteAfterSeconds: 7 * 86_400,
};

export interface Worker {
  runSoon(name: string): Promise<void>;
  /** Tells what runs to stop, waits for it, and takes no more. */
  stop(): Promise<void>;
}

/** Takes part in these jobs. Many may begin at once. */
export async function openWorker(jobs: Readonly<Record<string, Job>>): Promise<Worker> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool().query(text, values) },
    superviseIntervalSeconds: 15,
    monitorIntervalSeconds: 15,
    // Until it looks again, it holds a queue for busy whose worker is dead.
    queueCacheIntervalSeconds: 5,
  });
  boss.on("error", (error) => log.warn({ error: error.message }, "background work met an error"));
  const stopping = new AbortController();
  const stop = async () => {
    stopping.abort();
    await boss.stop({ graceful: true, timeout: STOP_MS });
  };
  try {
    await alone(START_LOCK, () => boss.start());
    for (const [name, job] of Object.entries(jobs)) await takePart(boss, { name, job, stopping: stopping.signal });
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  const runSoon = async (name: string) => {
    await boss.send(name, { scheduled: false });
  };
  return { runSoon, stop };
}

async function takePart(boss: PgBoss, { name, job, stopping }: { name: string; job: Job; stopping: AbortSignal }) {
  await boss.createQueue(name, QUEUE);
  await boss.schedule(name, job.cron, { scheduled: true }, { tz: "UTC", missed: "once" });
  await boss.work<{ scheduled?: boolean }>(name, { pollingIntervalSeconds: job.pollSeconds }, async ([asked]) => {
    if (!asked) return;
    const signal = AbortSignal.any([stopping, asked.signal]);
    await job.run({ signal, scheduled: asked.data?.scheduled === true }).catch((error: Error) => {
      if (!signal.aborted) log.error({ job: name, error: error.stack }, "background work failed");
      throw error;
    });
  });
}
