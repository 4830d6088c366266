import type { Readable } from "node:stream";
import type { PartWriter } from "./part-writer.ts";
import { readAll } from "./read-all.ts";
import type { RunningDigest } from "./running-digest.ts";

const BATCH_BYTES = 1024 * 1024;

/** Reads a source to its end, or until it or the store breaks. @returns how it broke, or null */
export async function gather(
  source: Readable,
  to: { writer: PartWriter; digest: RunningDigest | null },
): Promise<{ cause: unknown } | null> {
  let batch: Buffer[] = [];
  let bytes = 0;
  const flush = async () => {
    await to.digest?.add(batch, async () => undefined);
    for (const chunk of batch) await to.writer.push(chunk);
    batch = [];
    bytes = 0;
  };
  const broken = await readAll(source, async (chunk) => {
    batch.push(chunk);
    bytes += chunk.length;
    if (bytes >= BATCH_BYTES) await flush();
  });
  await flush();
  return broken;
}
