import { createHash, type Hash } from "node:crypto";
import type { Algorithm, Digest } from "./digest.ts";
import { hashThread, SLOT_BYTES } from "./hash-thread.ts";

/** An upload that begins with that many bytes at once is hashed beside the thread that serves. */
const THREAD_FROM_BYTES = 256 * 1024;

/** The digests of bytes that come one after the other: small ones here, large ones on a thread of their own. */
export class RunningDigest {
  readonly algorithms: readonly Algorithm[];
  #hashes: Hash[] | null = null;
  #id: number | null = null;

  constructor(...algorithms: Algorithm[]) {
    this.algorithms = algorithms;
  }

  /**
   * Adds bytes, and hands them to `use` at the same time; they must not be asked for again before both are done.
   * @throws what `use` throws
   */
  async add(batch: readonly Buffer[], use: (bytes: readonly Buffer[]) => Promise<void>): Promise<void> {
    const bytes = batch.reduce((sum, chunk) => sum + chunk.length, 0);
    const begins = this.#hashes === null && this.#id === null;
    if (begins && bytes >= THREAD_FROM_BYTES) this.#id = hashThread().begin();
    if (this.#id !== null) return this.#share(this.#id, { batch, use });
    this.#hashes ??= this.algorithms.map((algorithm) => createHash(algorithm));
    for (const hash of this.#hashes) for (const chunk of batch) hash.update(chunk);
    return use(batch);
  }

  /** Ends it, with one digest an algorithm. @throws where the thread died meanwhile: whoever wants them reads the bytes again */
  async digests(): Promise<Digest[]> {
    const { algorithms } = this;
    const hashes = () => this.#hashes ?? algorithms.map((algorithm) => createHash(algorithm));
    const hex =
      this.#id === null
        ? hashes().map((hash) => hash.digest("hex"))
        : await hashThread().ask({ id: this.#id, algorithms, last: "digest" });
    return algorithms.map((algorithm, at) => `${algorithm}:${hex[at]}` as Digest);
  }

  /** Ends it without a digest. */
  forget(): void {
    if (this.#id === null) return;
    const forgotten = hashThread().ask({ id: this.#id, algorithms: this.algorithms, last: "forget" });
    forgotten.catch(() => undefined); // the thread is gone, and all it knew
  }

  async #share(id: number, { batch, use }: { batch: readonly Buffer[]; use: Use }): Promise<void> {
    for (let rest = batch; rest.length > 0; ) {
      const slot = await hashThread().slot();
      try {
        const filled = fill(slot, rest);
        rest = filled.rest;
        const bytes = slot.subarray(0, filled.bytes);
        // Both must have let go of the memory before it is anybody else's.
        const done = await Promise.allSettled([
          hashThread().ask({ id, algorithms: this.algorithms, bytes }),
          use([bytes]),
        ]);
        for (const one of done) if (one.status === "rejected") throw one.reason;
      } finally {
        hashThread().giveBack(slot);
      }
    }
  }
}

type Use = (bytes: readonly Buffer[]) => Promise<void>;

function fill(slot: Buffer, batch: readonly Buffer[]): { bytes: number; rest: Buffer[] } {
  let bytes = 0;
  for (const [at, chunk] of batch.entries()) {
    const part = chunk.subarray(0, SLOT_BYTES - bytes);
    slot.set(part, bytes);
    bytes += part.length;
    if (part.length < chunk.length) return { bytes, rest: [chunk.subarray(part.length), ...batch.slice(at + 1)] };
  }
  return { bytes, rest: [] };
}

/** Ends a running digest where there is one. @returns its digests by these algorithms; null where it does not know them */
export async function digestsKnownTo(
  running: RunningDigest | null,
  algorithms: readonly Algorithm[],
): Promise<Digest[] | null> {
  const at = algorithms.map((algorithm) => running?.algorithms.indexOf(algorithm) ?? -1);
  if (!running || at.includes(-1)) {
    running?.forget();
    return null;
  }
  const digests = await running.digests().catch(() => null);
  return digests && at.flatMap((index) => digests[index] ?? []);
}

/** Reads a stream to its end for its digests. */
export async function digestsOfStream(
  stream: AsyncIterable<unknown>,
  algorithms: readonly Algorithm[],
): Promise<Digest[]> {
  const digest = new RunningDigest(...algorithms);
  for await (const chunk of stream) await digest.add([chunk as Buffer], async () => undefined);
  return digest.digests();
}
