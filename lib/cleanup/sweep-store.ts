import { query } from "#lib/db/index.ts";
import { blobStore, type StoredKey, type StoredUpload, uploadOf } from "#lib/storage/index.ts";
import { AppError } from "../errors.ts";
import { log } from "../log.ts";
import type { Sweep } from "./limits.ts";

const BATCH = 500;

/** Removes what the store has and no row knows of: what a process left that died between the bytes and the row. */
export async function sweepStore({ signal, onProgress, limits }: Sweep): Promise<void> {
  await refuseStrangeDatabase(limits.strangersMax);
  for await (const orphans of listOrphans(limits.orphanGraceMs)) {
    signal.throwIfAborted();
    const gone: Orphan[] = [];
    for (const orphan of orphans) if (await isRemoved(orphan)) gone.push(orphan);
    const orphanBytes = gone.reduce((sum, { bytes }) => sum + bytes, 0);
    if (gone.length > 0) await onProgress({ orphans: gone.length, orphanBytes });
  }
}

// One that can't be removed must not keep the others; it is tried again the next time.
async function isRemoved({ remove }: Orphan): Promise<boolean> {
  try {
    await remove();
    return true;
  } catch (error) {
    log.error({ error: (error as Error).message }, "a file that no row knows of could not be removed");
    return false;
  }
}

// A store that was kept and a database that is new, or restored from long ago: nothing of it may go before somebody looked.
async function refuseStrangeDatabase(strangersMax: number): Promise<void> {
  let [known, strangers] = [0, 0];
  for await (const batch of inBatches(blobStore().listKeys(), new Date())) {
    const rows = (await knownKeys(batch)).size;
    known += rows;
    strangers += batch.length - rows;
  }
  if (strangers <= strangersMax || strangers <= known) return;
  throw new AppError(
    "conflict",
    `The store has ${strangers} files that this database does not know of, and ${known} that it does: is it the right one? Nothing of the store was removed.`,
  );
}

export interface Orphan {
  bytes: number;
  remove(): Promise<unknown>;
}

/** Batches of what the store has without a row, longer than the grace. */
export async function* listOrphans(graceMs: number): AsyncIterable<Orphan[]> {
  const store = blobStore();
  const before = new Date(Date.now() - graceMs);
  for await (const batch of inBatches(store.listKeys(), before)) {
    const known = await knownKeys(batch);
    yield batch
      .filter(({ storageKey }) => !known.has(storageKey))
      .map(({ storageKey, bytes }) => ({ bytes, remove: () => store.remove(storageKey) }));
  }
  for await (const batch of inBatches(store.listUploads(), before)) {
    const known = await knownUploads(batch);
    yield batch
      .filter(({ uploadId }) => !known.has(uploadId))
      .map(({ leftover, bytes }) => ({ bytes, remove: () => store.discard(leftover) }));
  }
}

async function* inBatches<T extends { changedAt: Date }>(all: AsyncIterable<T>, before: Date): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const one of all) {
    if (one.changedAt < before) batch.push(one);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

// An object store dates an object by the begin of its upload, which may be long ago when its row is about to be written: a
// key that names an upload is as good as that upload's row.
async function knownKeys(batch: readonly StoredKey[]): Promise<Set<string>> {
  const keys = batch.map(({ storageKey }) => storageKey);
  const uploads = keys.map(uploadOf);
  const rows = await query(
    (db) => db.$queryRaw<{ key: string }[]>`
      SELECT k.key FROM unnest(${keys}::text[], ${uploads}::uuid[]) AS k (key, upload)
      WHERE EXISTS (SELECT FROM blobs b WHERE b.storage_key = k.key) OR EXISTS (SELECT FROM uploads u WHERE u.id = k.upload)`,
  );
  return new Set(rows.map(({ key }) => key));
}

async function knownUploads(batch: readonly StoredUpload[]): Promise<Set<string>> {
  const ids = batch.map(({ uploadId }) => uploadId);
  const rows = await query((db) => db.upload.findMany({ where: { id: { in: ids } }, select: { id: true } }));
  return new Set(rows.map(({ id }) => id));
}
