import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { HashJob } from "./hash-thread.ts";

// Beside the thread that serves: hashes what lies in shared memory, in the order in which it was told of it.
const hashes = new Map<number, Hash>();

parentPort?.on("message", ({ job, id, algorithm, bytes, last }: HashJob) => {
  const hash = hashes.get(id) ?? createHash(algorithm);
  if (bytes) hash.update(bytes);
  if (last) hashes.delete(id);
  else hashes.set(id, hash);
  parentPort?.postMessage({ job, hex: last === "digest" ? hash.digest("hex") : "" });
});
