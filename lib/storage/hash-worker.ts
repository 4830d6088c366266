import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { HashJob } from "./hash-thread.ts";

// Beside the thread that serves: hashes what lies in shared memory, in the order in which it was told of it.
const hashes = new Map<number, Hash[]>();

parentPort?.on("message", ({ job, id, algorithms, bytes, last }: HashJob) => {
  const running = hashes.get(id) ?? algorithms.map((algorithm) => createHash(algorithm));
  if (bytes) for (const hash of running) hash.update(bytes);
  if (last) hashes.delete(id);
  else hashes.set(id, running);
  parentPort?.postMessage({ job, hex: last === "digest" ? running.map((hash) => hash.digest("hex")) : [] });
});
