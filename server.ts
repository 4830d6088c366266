import cluster from "node:cluster";
import { env } from "#lib/env.ts";
import { log } from "#lib/log.ts";
import { storeProblem } from "#lib/storage/index.ts";
import { superviseWorkers } from "./server/primary.ts";
import { startWorker } from "./server/worker.ts";

// One process per core (WORKERS). The primary only supervises; each worker serves the whole of Purser.
try {
  env();
} catch (error) {
  process.stderr.write(`purser: ${(error as Error).message}\n`);
  process.exit(2);
}

if (cluster.isPrimary) {
  const problem = await storeProblem();
  if (problem) {
    process.stderr.write(`purser: ${problem}\n`);
    process.exit(2);
  }
  superviseWorkers(env().WORKERS);
} else {
  startWorker().catch((error: NodeJS.ErrnoException) => {
    const taken = error.code === "EADDRINUSE";
    if (taken) process.stderr.write(`purser: port ${env().PORT} is taken; set PORT to another\n`);
    else log.fatal({ error: error.stack }, "the worker could not start");
    process.exit(taken ? 3 : 1);
  });
}
