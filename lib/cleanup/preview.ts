import { type Tx, transaction } from "#lib/db/index.ts";
import type { Sweep } from "./limits.ts";
import type { CleanupReport } from "./report.ts";
import { listOrphans } from "./sweep-store.ts";

/** Counts what a sweep would remove now, and removes nothing. */
export async function previewSweep({ limits, signal, onProgress }: Sweep): Promise<void> {
  const rows = await transaction(async (tx) => {
    // It looks at every blob, for which a request's time limit (lib/db/pool.ts) is not made.
    await tx.$executeRaw`SET LOCAL statement_timeout = '10min'`;
    return { ...(await countUploads(tx, limits.uploadIdleMs)), ...(await countBlobs(tx, limits.graceMs)) };
  });
  await onProgress(rows);
  for await (const orphans of listOrphans(limits.orphanGraceMs)) {
    signal.throwIfAborted();
    const orphanBytes = orphans.reduce((sum, { bytes }) => sum + bytes, 0);
    await onProgress({ orphans: orphans.length, orphanBytes });
  }
}

async function countUploads(tx: Tx, idleMs: number): Promise<Partial<CleanupReport>> {
  const [row] = await tx.$queryRaw<{ count: bigint; bytes: bigint | null }[]>`
    SELECT count(*) AS count, sum("offset")::bigint AS bytes FROM uploads
    WHERE updated_at < now() - make_interval(secs => ${idleMs / 1000}) AND (leased_until IS NULL OR leased_until < now())`;
  return { uploads: Number(row?.count ?? 0), uploadBytes: Number(row?.bytes ?? 0) };
}

async function countBlobs(tx: Tx, graceMs: number): Promise<Partial<CleanupReport>> {
  const [row] = await tx.$queryRaw<{ links: bigint; blobs: bigint; bytes: bigint | null }[]>`
    WITH going AS MATERIALIZED (
      SELECT rb.repository_id, rb.digest FROM repository_blobs rb
      WHERE rb.touched_at < now() - make_interval(secs => ${graceMs / 1000})
        AND NOT EXISTS (
          SELECT FROM manifest_references mr WHERE mr.repository_id = rb.repository_id AND mr.digest = rb.digest)
    ), bare AS (
      SELECT b.size FROM blobs b
      WHERE NOT EXISTS (SELECT FROM assets a WHERE a.blob_digest = b.digest)
        AND (b.released_at IS NULL OR b.released_at < now() - make_interval(secs => ${graceMs / 1000}))
        AND (SELECT count(*) FROM repository_blobs rb WHERE rb.digest = b.digest)
          = (SELECT count(*) FROM going g WHERE g.digest = b.digest)
    )
    SELECT (SELECT count(*) FROM going) AS links, count(*) AS blobs, sum(size)::bigint AS bytes FROM bare`;
  return { links: Number(row?.links ?? 0), blobs: Number(row?.blobs ?? 0), blobBytes: Number(row?.bytes ?? 0) };
}
