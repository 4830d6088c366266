import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type Backup, query, type Sql, sql, type Tx } from "#lib/db/index.ts";
import { blobStore, type Digest, namedFiles, PartialWrite } from "#lib/storage/index.ts";
import type { Opener } from "./archive-reader.ts";
import { archiveName } from "./files.ts";
import type { Watch } from "./make-backup.ts";
import type { Manifest } from "./manifest.ts";
import { readBackup } from "./read-backup.ts";
import { type Trust, trustIn } from "./trust.ts";

interface Blob {
  digest: string;
  size: number;
}

/**
 * Stores the bytes of a backup that the store has no longer. What is there stays; what came in stays too, whatever becomes of
 * the restore: the clean-up frees it after its grace. So it can be done twice.
 */
export async function storeBlobs(
  backup: Pick<Backup, "tenantId" | "id">,
  opener: Opener,
  { signal, onProgress }: Watch = {},
): Promise<void> {
  let there = new Set<string>();
  let done = 0;
  let total = 0;
  await readBackup(await namedFiles().read(archiveName(backup)), opener, {
    manifest: async (manifest, sealed) => {
      const { blobs, withBytes } = manifest;
      total = blobs.length;
      there = await liveAmong(blobs.map(({ digest }) => digest));
      // Of another workspace's file each layer is read: that it is in the store proves nothing of whoever brings its name.
      return !withBytes || (trustIn(backup, { manifest, sealed }).own && there.size === total);
    },
    blob: async (blob, body) => {
      signal?.throwIfAborted();
      await onProgress?.({ phase: "layers and files", done: done++, total });
      if (!there.has(blob.digest)) await store(blob, body);
    },
  });
}

async function liveAmong(digests: string[]): Promise<Set<string>> {
  const rows = await query(
    (db) => db.$queryRaw<{ digest: string }[]>`
      SELECT digest FROM blobs WHERE digest = ANY(${digests}) AND state = 'live'`,
  );
  return new Set(rows.map(({ digest }) => digest));
}

/** Puts a blob's bytes into the store, without a row. @returns their key */
export async function storeBlob({ digest, size }: Blob, body: AsyncIterable<Buffer>): Promise<string> {
  const id = randomUUID();
  await blobStore()
    .append(id, 0, Readable.from(body))
    .catch(async (error: unknown) => {
      await blobStore().discard(id);
      // Why the bytes broke off, as whoever reads the backup says it.
      throw error instanceof PartialWrite ? error.cause : error;
    });
  const { storageKey } = await blobStore().commit(id, { size, digest: digest as Digest });
  await blobStore().discard(id);
  return storageKey;
}

async function store(blob: Blob, body: AsyncIterable<Buffer>): Promise<void> {
  const { digest, size } = blob;
  const storageKey = await storeBlob(blob, body);
  // As if its last file had been removed now: the clean-up's grace begins.
  const kept = await query(
    (db) => db.$queryRaw<{ key: string }[]>`
      INSERT INTO blobs (digest, size, storage_key, released_at) VALUES (${digest}, ${size}, ${storageKey}, now())
      ON CONFLICT (digest) DO UPDATE SET state = 'live', released_at = now(),
        storage_key = CASE blobs.state WHEN 'live' THEN blobs.storage_key ELSE excluded.storage_key END
      RETURNING storage_key AS key`,
  );
  if (kept[0]?.key !== storageKey) await blobStore().remove(storageKey);
}

/**
 * The layers that rows may count on beside those in the store: of a file that is the workspace's own all of them, since they
 * were its own; of any other file those whose bytes it has. Null for no limit.
 */
export function provenBy({ withBytes, blobs }: Manifest, { own }: Trust): string[] | null {
  if (own) return null;
  return withBytes ? blobs.map(({ digest }) => digest) : [];
}

/**
 * Locks the blobs that staged rows count on, so that the clean-up leaves them, and tells which are not there. For a preview
 * their rows are made up: it is rolled back.
 */
export async function lockBlobs(
  tx: Tx,
  staged: ReadonlySet<string>,
  { preview, known, proven }: { preview: boolean; known: readonly Blob[]; proven: string[] | null },
): Promise<string[]> {
  const wanted = digestsSql(staged);
  if (!wanted) return [];
  await tx.$queryRaw`SELECT digest FROM blobs WHERE digest IN (${wanted}) ORDER BY digest FOR KEY SHARE`;
  const missing = await tx.$queryRaw<{ digest: string }[]>`
    SELECT w.digest FROM (${wanted}) w (digest)
    WHERE NOT EXISTS (SELECT FROM blobs b WHERE b.digest = w.digest AND b.state = 'live')
      OR NOT (${proven === null} OR w.digest = ANY(${proven ?? []})) ORDER BY 1`;
  const digests = missing.map(({ digest }) => digest);
  if (preview && digests.length > 0) {
    const sizes = new Map(known.map(({ digest, size }) => [digest, size]));
    await tx.$executeRaw`INSERT INTO blobs (digest, size, storage_key)
      SELECT * FROM unnest(${digests}::text[], ${digests.map((digest) => sizes.get(digest) ?? 0)}::bigint[], ${digests}::text[])
      ON CONFLICT DO NOTHING`;
  }
  return digests;
}

function digestsSql(staged: ReadonlySet<string>): Sql | null {
  if (!staged.has("repository_blobs")) return null;
  return sql`SELECT digest FROM stage_repository_blobs UNION SELECT blob_digest FROM stage_assets`;
}
