import { log } from "../log.ts";
import { processGlobal } from "../process-global.ts";
import { openWorker, type Worker } from "./boss.ts";
import { JOBS, type JobName } from "./jobs.ts";

const RETRY_MS = 30_000;

const ours = processGlobal("jobs", () => ({ worker: null as Promise<Worker> | null, stopped: false }));

/**
 * Takes part in the background work, until `stopJobs`. Where the database is away it is tried again later: pages and
 * pulls need none of this.
 */
export async function startJobs(): Promise<void> {
  try {
    await join();
  } catch (error) {
    log.error({ error: (error as Error).stack }, "background work could not begin; it is tried again");
    setTimeout(() => ours.stopped || void startJobs(), RETRY_MS).unref();
  }
}

/** Ends this process's part: what runs is told to stop, and goes on in another worker. */
export async function stopJobs(): Promise<void> {
  ours.stopped = true;
  try {
    await (await ours.worker)?.stop();
  } catch (error) {
    log.warn({ error: (error as Error).message }, "background work did not end cleanly");
  }
}

/** Has a job done as soon as a worker is free; one that waits already is the same. @throws where the database is away */
export async function runSoon(name: JobName): Promise<void> {
  await (await join()).runSoon(name);
}

function join(): Promise<Worker> {
  ours.worker ??= openWorker(JOBS).catch((error) => {
    ours.worker = null;
    throw error;
  });
  return ours.worker;
}
