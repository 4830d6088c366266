import cluster, { type Worker } from "node:cluster";
import { log } from "#lib/log.ts";

const STOP_SECONDS = 30;
// Codes with which a worker says that another try would end the same way.
const FINAL_CODES = new Set([2, 3]);

// Most of what a small answer leaves is young garbage: with a nursery of 2 MiB, collecting it was a sixth of a worker's work.
// V8 lets a heap grow the faster the more it may take: with its own limit, a worker that holds 100 MiB took 300.
const WORKER_FLAGS = ["--max-semi-space-size=6", "--max-old-space-size=512"];
// glibc keeps a heap for each thread that ever allocated: two are enough. And it takes ever larger blocks from them, none of
// which it gives back, unless both limits are set: what a large upload left would stay.
const WORKER_ENV = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "1048576" };

/**
 * Forks the workers, replaces one that dies, and stops them all on SIGINT or SIGTERM: they finish what is under way,
 * within 30 s. Ends with the first worker's code where none could start, and with 1 where one did not finish.
 */
export function superviseWorkers(count: number): void {
  // Each worker accepts for itself: a connection handed over to one that dies would be nobody's.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ execArgv: [...process.execArgv, ...WORKER_FLAGS] });
  let stopping = false;
  let listening = 0;
  for (let n = 0; n < count; n++) cluster.fork(WORKER_ENV);

  const stop = () => {
    if (stopping) return;
    stopping = true;
    for (const worker of running()) worker.process.kill("SIGTERM");
    if (running().length === 0) process.exit();
    setTimeout(() => process.exit(1), STOP_SECONDS * 1000).unref();
  };
  const onExit = (worker: Worker, code: number, signal: string) => {
    if (FINAL_CODES.has(code)) {
      process.exitCode = code;
      stop();
    }
    if (stopping) {
      if (code !== 0) process.exitCode = 1;
      return running().length === 0 ? process.exit() : undefined;
    }
    log.error({ worker: worker.process.pid, code, signal }, "a worker died; another takes its place");
    // One that never came up would die again at once: not faster than once a second.
    setTimeout(() => stopping || cluster.fork(WORKER_ENV), listening < count ? 1000 : 0);
  };

  cluster.on("exit", onExit);
  cluster.on("listening", () => {
    listening++;
    if (listening === count) process.send?.("ready");
  });
  for (const signal of ["SIGINT", "SIGTERM", "disconnect"]) process.on(signal, stop);
}

function running(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
