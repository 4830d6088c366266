import { transaction } from "#lib/db/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { log } from "../log.ts";
import type { Sweep } from "./limits.ts";

const BATCH = 100;

/** Gives up uploads that nobody went on with: the row first, then the bytes, which are an orphan's until they are gone. */
export async function expireUploads({ limits, signal, onProgress }: Sweep): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const expired = await takeIdle(limits.uploadIdleMs);
    for (const { id } of expired) await discard(id);
    const uploadBytes = expired.reduce((sum, { bytes }) => sum + Number(bytes), 0);
    if (expired.length > 0) await onProgress({ uploads: expired.length, uploadBytes });
    if (expired.length < BATCH) return;
  }
}

// Its row is gone already: what stays of its bytes is an orphan's, and must not keep the others.
async function discard(id: string): Promise<void> {
  try {
    await blobStore().discard(id);
  } catch (error) {
    log.error({ upload: id, error: (error as Error).message }, "an upload's bytes could not be removed");
  }
}

function takeIdle(idleMs: number): Promise<{ id: string; bytes: bigint }[]> {
  return transaction(async (tx) => {
    // A lease that holds is somebody who writes, however long ago the row was.
    const idle = await tx.$queryRaw<{ id: string; bytes: bigint }[]>`
      SELECT id::text, "offset" AS bytes FROM uploads
      WHERE updated_at < now() - make_interval(secs => ${idleMs / 1000}) AND (leased_until IS NULL OR leased_until < now())
      ORDER BY updated_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`;
    await tx.upload.deleteMany({ where: { id: { in: idle.map(({ id }) => id) } } });
    return idle;
  });
}
