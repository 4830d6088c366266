import { query, type Tx, transaction } from "#lib/db/index.ts";
import { type Algorithm, blobStore, type Digest, writtenElsewhere } from "#lib/storage/index.ts";
import { faultPoint } from "../fault-point.ts";
import { log } from "../log.ts";
import { renew } from "./lease.ts";
import type { Lease } from "./with-lease.ts";

/** Bytes that are a blob now, in the transaction that says so. */
export interface Committed {
  size: number;
  digest: Digest;
  /** All that were asked for, the blob's own first. */
  digests: readonly Digest[];
}

export interface Expected {
  /** What the bytes must have; null where nobody said. */
  digest: Digest | null;
  algorithms?: readonly Algorithm[];
  /** What the transaction begins with: locks that others take before those of uploads and blobs. */
  first?: (tx: Tx) => Promise<unknown>;
}

/**
 * Makes an upload's bytes a blob: hash → fsync → link → fsync of the folder → one transaction in which the blob
 * is live, the upload gone and what `write` writes is written (threats.md). The claim is asked for once the bytes are out of
 * reach, and again where the rows are written. Whose transaction failed may try again: the upload's bytes go after it.
 * @throws invalid with reason DIGEST_INVALID; conflict where another request took over; what `write` throws
 */
export async function commitUnder<T>(
  lease: Lease,
  { first, ...expected }: Expected,
  write: (tx: Tx, blob: Committed) => Promise<T>,
): Promise<T> {
  const { upload, offset: size } = lease;
  const isOurs = () => renew(lease.id);
  const { storageKey, digests } = await blobStore().commit(upload.id, { ...expected, size, isOurs });
  const digest = digests[0] as Digest;
  const { kept, written } = await transaction(async (tx) => {
    await first?.(tx);
    const ended = await tx.upload.deleteMany({ where: { id: upload.id, leaseId: lease.id } });
    if (ended.count === 0) throw writtenElsewhere();
    // Bytes that are live stay where they are: they may be being read. Those of a blob that is being swept are given up.
    const rows = await tx.$queryRaw<{ storage_key: string }[]>`
      INSERT INTO blobs (digest, size, storage_key) VALUES (${digest}, ${size}, ${storageKey})
      ON CONFLICT (digest) DO UPDATE SET state = 'live',
        storage_key = CASE blobs.state WHEN 'live' THEN blobs.storage_key ELSE excluded.storage_key END
      RETURNING storage_key`;
    const written = await write(tx, { size, digest, digests });
    await faultPoint("blob rows written");
    return { kept: rows[0]?.storage_key, written };
  });
  lease.ended = true;
  await faultPoint("blob rows committed");
  await tidyUp(upload.id, kept === storageKey ? null : storageKey);
  return written;
}

// What was pushed is pushed, whatever becomes of this: the clean-up finds what stays behind.
async function tidyUp(uploadId: string, spareKey: string | null): Promise<void> {
  try {
    await blobStore().discard(uploadId);
    if (spareKey) await blobStore().remove(spareKey);
  } catch (error) {
    log.warn({ uploadId, error: (error as Error).message }, "what an upload left behind was not removed");
  }
}

/** Forgets an upload and its bytes. @throws conflict where another request took over */
export async function cancelUnder(lease: Lease): Promise<void> {
  const where = { id: lease.upload.id, leaseId: lease.id };
  const { count } = await query((tx) => tx.upload.deleteMany({ where }));
  if (count === 0) throw writtenElsewhere();
  lease.ended = true;
  await blobStore().discard(lease.upload.id);
}
