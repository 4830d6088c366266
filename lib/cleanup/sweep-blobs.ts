import { query, transaction } from "#lib/db/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { log } from "../log.ts";
import type { Sweep } from "./limits.ts";

const BATCH = 100;

interface Doomed {
  digest: string;
  storageKey: string;
}

/**
 * Removes blobs that no repository and no release has, a grace after a release's file with them was removed: marked under the row's lock, then the bytes, then the row. A push
 * that comes in between makes the row live again with a key of its own, so the old key's bytes are nobody's.
 */
export async function sweepBlobs({ limits, signal, onProgress }: Sweep): Promise<void> {
  // What a process marked that died since.
  let after = "";
  for (let left: Doomed[] | null = null; !left || left.length === BATCH; after = left.at(-1)?.digest ?? after) {
    signal.throwIfAborted();
    left = await marked(after);
    await removeAll(left, onProgress);
  }
  after = "";
  for (;;) {
    signal.throwIfAborted();
    const { seen, doomed } = await mark(after, limits.graceMs);
    await removeAll(doomed, onProgress);
    if (seen.length < BATCH) return;
    after = seen.at(-1)?.digest ?? after;
  }
}

function marked(after: string): Promise<Doomed[]> {
  return query(
    (db) => db.$queryRaw<Doomed[]>`
      SELECT digest, storage_key AS "storageKey" FROM blobs WHERE state = 'deleting' AND digest > ${after}
      ORDER BY digest LIMIT ${BATCH}`,
  );
}

function mark(after: string, graceMs: number): Promise<{ seen: { digest: string }[]; doomed: Doomed[] }> {
  return transaction(async (tx) => {
    const seen = await tx.$queryRaw<{ digest: string }[]>`
      SELECT b.digest FROM blobs b
      WHERE b.digest > ${after} AND b.state = 'live'
        AND (b.released_at IS NULL OR b.released_at < now() - make_interval(secs => ${graceMs / 1000}))
        AND NOT EXISTS (SELECT FROM repository_blobs rb WHERE rb.digest = b.digest)
        AND NOT EXISTS (SELECT FROM assets a WHERE a.blob_digest = b.digest)
      ORDER BY b.digest LIMIT ${BATCH} FOR UPDATE OF b SKIP LOCKED`;
    // Judged again now that they are locked: who links to a blob locks its row first. A backup that is being written reads
    // what its tenant had a while ago: nothing goes until it is done (docs/adr/0020).
    const doomed = await tx.$queryRaw<Doomed[]>`
      UPDATE blobs b SET state = 'deleting' WHERE b.digest = ANY(${seen.map(({ digest }) => digest)})
        AND NOT EXISTS (SELECT FROM backups k WHERE k.state = 'writing' AND k.leased_until > now())
        AND (b.released_at IS NULL OR b.released_at < now() - make_interval(secs => ${graceMs / 1000}))
        AND NOT EXISTS (SELECT FROM repository_blobs rb WHERE rb.digest = b.digest)
        AND NOT EXISTS (SELECT FROM assets a WHERE a.blob_digest = b.digest)
      RETURNING b.digest, b.storage_key AS "storageKey"`;
    return { seen, doomed };
  });
}

async function removeAll(doomed: readonly Doomed[], onProgress: Sweep["onProgress"]): Promise<void> {
  if (doomed.length === 0) return;
  let [blobs, blobBytes] = [0, 0];
  for (const blob of doomed) {
    try {
      blobBytes += await blobStore().remove(blob.storageKey);
      blobs += await removeRow(blob);
    } catch (error) {
      // It stays marked, and is tried again the next time: one that can't be removed must not keep the others.
      log.error({ digest: blob.digest, error: (error as Error).message }, "a blob could not be removed");
    }
  }
  await onProgress({ blobs, blobBytes });
}

function removeRow({ digest, storageKey }: Doomed): Promise<number> {
  return query(
    (db) => db.$executeRaw`
      DELETE FROM blobs WHERE digest = ${digest} AND state = 'deleting' AND storage_key = ${storageKey}`,
  );
}
