import { createHash, type Hash } from "node:crypto";
import type { Digest } from "./digest.ts";
import { hashThread, SLOT_BYTES } from "./hash-thread.ts";

type Algorithm = "sha256" | "sha512";

/** An upload that begins with that many bytes at once is hashed beside the thread that serves. */
const THREAD_FROM_BYTES = 256 * 1024;

/** The digest of bytes that come one after the other: small ones here, large ones on a thread of their own. */
export class RunningDigest {
  readonly algorithm: Algorithm;
  #hash: Hash | null = null;
  #id: number | null = null;

  constructor(algorithm: Algorithm) {
    this.algorithm = algorithm;
  }

  /**
   * Adds bytes, and hands them to `use` at the same time; they must not be asked for again before both are done.
   * @throws what `use` throws
   */
  async add(batch: readonly Buffer[], use: (bytes: readonly Buffer[]) => Promise<void>): Promise<void> {
    const bytes = batch.reduce((sum, chunk) => sum + chunk.length, 0);
    const begins = this.#hash === null && this.#id === null;
    if (begins && bytes >= THREAD_FROM_BYTES) this.#id = hashThread().begin();
    if (this.#id !== null) return this.#share(this.#id, { batch, use });
    this.#hash ??= createHash(this.algorithm);
    for (const chunk of batch) this.#hash.update(chunk);
    return use(batch);
  }

  /** Ends it. @throws where the thread died meanwhile: whoever wants the digest reads the bytes again */
  async digest(): Promise<Digest> {
    const { algorithm } = this;
    if (this.#id === null) return `${algorithm}:${(this.#hash ?? createHash(algorithm)).digest("hex")}`;
    return `${algorithm}:${await hashThread().ask({ id: this.#id, algorithm, last: "digest" })}`;
  }

  /** Ends it without a digest. */
  forget(): void {
    if (this.#id === null) return;
    const forgotten = hashThread().ask({ id: this.#id, algorithm: this.algorithm, last: "forget" });
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
          hashThread().ask({ id, algorithm: this.algorithm, bytes }),
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

/** Reads a stream to its end for its digest. */
export async function digestOfStream(stream: AsyncIterable<unknown>, algorithm: Algorithm): Promise<Digest> {
  const digest = new RunningDigest(algorithm);
  for await (const chunk of stream) await digest.add([chunk as Buffer], async () => undefined);
  return digest.digest();
}
