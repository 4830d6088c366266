import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type BlobStore, digestOf } from "./index.ts";

/** What the contract of the stores is told with. Imported by tests alone. */
export const MIB = 1024 * 1024;
export const streamOf = (...chunks: Buffer[]) => Readable.from(chunks, { objectMode: true });

/** A stream that gives its chunks and then breaks, as a client does that goes away. */
export function broken(...chunks: Buffer[]): Readable {
  return Readable.from(
    (async function* () {
      yield* chunks;
      await Promise.resolve();
      throw new Error("the client went away");
    })(),
  );
}

/** Bytes under a key, with no upload left beside them. */
export async function committed(store: BlobStore, bytes: Buffer): Promise<{ storageKey: string }> {
  const id = randomUUID();
  await store.append(id, 0, streamOf(bytes));
  const { storageKey } = await store.commit(id, { size: bytes.length, digest: digestOf(bytes) });
  await store.discard(id);
  return { storageKey };
}

export async function find<T>(all: AsyncIterable<T>, holds: (one: T) => boolean): Promise<T | undefined> {
  for await (const one of all) if (holds(one)) return one;
  return undefined;
}
