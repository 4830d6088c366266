import path from "node:path";
import { Worker } from "node:worker_threads";
import { log } from "../log.ts";
import { processGlobal } from "../process-global.ts";
import type { Algorithm } from "./digest.ts";

export interface HashJob {
  job: number;
  /** Which hash, of those under way. */
  id: number;
  algorithms: readonly Algorithm[];
  /** In shared memory; must not change before the answer. */
  bytes?: Uint8Array;
  last?: "digest" | "forget";
}

/** A megabyte of memory that two threads see. */
export const SLOT_BYTES = 1024 * 1024;
// All uploads of a process together; whoever finds none free waits, and its client with it.
const SLOTS_MAX = 24;

/** The process's second thread, which does nothing but hash. Started when the first large upload comes. */
class HashThread {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, { resolve(hex: string[]): void; reject(error: Error): void }>();
  /** Those under way, all of whose bytes this thread had. */
  readonly #hashes = new Set<number>();
  readonly #free: Buffer[] = [];
  readonly #queue: ((slot: Buffer) => void)[] = [];
  #slots = 0;
  #last = 0;

  /** @returns the name of a new hash */
  begin(): number {
    this.#hashes.add(++this.#last);
    return this.#last;
  }

  /** @throws where the thread that had the hash's bytes is no more: another would hash the rest alone */
  async ask(job: Omit<HashJob, "job">): Promise<string[]> {
    if (!this.#hashes.has(job.id)) throw ended();
    if (job.last) this.#hashes.delete(job.id);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const number = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      // It holds the process while there is something to wait for, and no longer.
      worker.ref();
      worker.postMessage({ ...job, job: number });
    });
  }

  /** Shared memory, until it is given back. */
  async slot(): Promise<Buffer> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#slots >= SLOTS_MAX) return new Promise((resolve) => this.#queue.push(resolve));
    this.#slots++;
    return Buffer.from(new SharedArrayBuffer(SLOT_BYTES));
  }

  /** Ends the thread, and with it every hash under way; the next job starts another. */
  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  giveBack(slot: Buffer): void {
    const next = this.#queue.shift();
    if (next) next(slot);
    else this.#free.push(slot);
  }

  #start(): Worker {
    // From where the server is started, as a path: a bundle does not know where it came from.
    const worker = new Worker(path.resolve(/* turbopackIgnore: true */ "lib/storage/hash-worker.ts"));
    worker.on("message", ({ job, hex }: { job: number; hex: string[] }) => {
      this.#waiting.get(job)?.resolve(hex);
      this.#waiting.delete(job);
      if (this.#waiting.size === 0) worker.unref();
    });
    worker.on("error", (error: Error) => log.error({ error: error.stack }, "the hashing thread failed"));
    worker.on("exit", () => {
      this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(ended());
      this.#waiting.clear();
      this.#hashes.clear();
    });
    return worker;
  }
}

function ended(): Error {
  return new Error("the hashing thread ended");
}

export function hashThread(): HashThread {
  return processGlobal("hash-thread", () => new HashThread());
}
