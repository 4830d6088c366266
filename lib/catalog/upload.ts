import { randomUUID } from "node:crypto";
import { addAbortSignal, type Readable } from "node:stream";
import { actorKey } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { blobStore, type Digest, isWrongDigest, PartialWrite, writtenElsewhere } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { invalid } from "../errors.ts";
import { faultPoint } from "../fault-point.ts";
import { log } from "../log.ts";
import { isOverQuota, linkBlob, refuseManyUploads, refuseWhatWillNotFit } from "./quota.ts";
import { ensureRepository, unknownTo } from "./repositories.ts";
import type { RepositoryName } from "./repository-name.ts";
import { giveBack, keepLease, LEASE_SECONDS, renew } from "./upload-lease.ts";

/** Names an upload under way; it answers only to who began it, in the repository where it began. */
export interface UploadKey {
  repository: RepositoryName;
  id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Begins an upload; the first one to a name makes the repository.
 * @param blob its size and digest, as far as they were declared
 * @throws forbidden, also where the tenant may keep no more (quota_bytes, quota_repositories); limit_exceeded for too many
 *   uploads at once; not_found without the product
 */
export async function startUpload(
  ctx: Ctx,
  repository: RepositoryName,
  blob: { size: number; digest?: string } = { size: 0 },
): Promise<{ id: string }> {
  await demand(ctx, "registry.push");
  await refuseWhatWillNotFit(ctx, blob);
  return transaction(async (tx) => {
    const row = await ensureRepository(tx, ctx, repository);
    const data = { tenantId: ctx.tenant.id, repositoryId: row.id, startedBy: actorKey(ctx.actor) };
    await refuseManyUploads(tx, ctx, data.startedBy);
    return tx.upload.create({ data, select: { id: true } });
  });
}

/** How many bytes of an upload are durable. @throws not_found for another's upload, or none */
export async function findUploadOffset(ctx: Ctx, key: UploadKey): Promise<number> {
  await demand(ctx, "registry.push");
  return Number((await query((tx) => uploadOf(tx, ctx, key))).offset);
}

/**
 * Appends a chunk. `start` is where the client thinks it begins, `length` how many bytes it has, where that was said.
 * @returns the new number of durable bytes
 * @throws invalid with reason RANGE_INVALID where `start` is elsewhere; conflict while another request writes; not_found
 */
export async function appendUpload(
  ctx: Ctx,
  key: UploadKey,
  chunk: { source: Readable; start?: number; length?: number },
): Promise<number> {
  await demand(ctx, "registry.push");
  return withLease(ctx, key, async (lease) => {
    if (chunk.start !== undefined && chunk.start !== lease.offset) throw outOfOrder(chunk.start, lease.offset);
    if (chunk.length) await refuseWhatWillNotFit(ctx, { size: lease.offset + chunk.length });
    return lease.append(chunk.source);
  });
}

/**
 * Ends an upload, with a last chunk where there is one: its bytes become the blob `digest`, visible in the repository.
 * `still` throws where the right to push was lost while the chunk was on its way.
 * @throws invalid with reason DIGEST_INVALID where the bytes have another digest (nothing is kept); else as appendUpload
 */
export async function finishUpload(
  ctx: Ctx,
  key: UploadKey,
  last: { digest: Digest; source?: Readable; start?: number; length?: number; still?: () => Promise<unknown> },
): Promise<void> {
  await demand(ctx, "registry.push");
  await withLease(ctx, key, async (lease) => {
    if (last.start !== undefined && last.start !== lease.offset) throw outOfOrder(last.start, lease.offset);
    if (last.length) await refuseWhatWillNotFit(ctx, { size: lease.offset + last.length, digest: last.digest });
    const size = last.source ? await lease.append(last.source) : lease.offset;
    if (!last.length) await refuseWhatWillNotFit(ctx, { size, digest: last.digest });
    await last.still?.();
    await commitBlob(ctx, lease, { uploadId: key.id, size, digest: last.digest });
    return null;
  });
}

/** Forgets an upload and its bytes. @throws not_found; conflict while another request writes */
export async function cancelUpload(ctx: Ctx, key: UploadKey): Promise<void> {
  await demand(ctx, "registry.push");
  await withLease(ctx, key, async (lease) => {
    const { count } = await query((tx) => tx.upload.deleteMany({ where: { id: key.id, leaseId: lease.id } }));
    if (count === 0) throw writtenElsewhere();
    await blobStore().discard(key.id);
    return null;
  });
}

interface Lease {
  id: string;
  offset: number;
  repositoryId: string;
  append(source: Readable): Promise<number>;
}

/** One writer at a time: claims the upload, renews the claim while `work` runs, and keeps the offset it reached. */
async function withLease<T extends number | null>(
  ctx: Ctx,
  key: UploadKey,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const leaseId = randomUUID();
  const askedMs = Date.now();
  const upload = await claim(ctx, key, leaseId);
  await faultPoint("upload claimed");
  const hold = keepLease(leaseId, askedMs);
  let offset = Number(upload.offset);
  const append = async (source: Readable) => {
    // Whoever claimed it since has begun a file of their own: opened now, it would be theirs that is cut.
    if (!hold.isOurs()) throw writtenElsewhere();
    try {
      offset = await blobStore().append(upload.id, offset, addAbortSignal(hold.signal, source));
      await faultPoint("upload durable");
    } catch (error) {
      if (error instanceof PartialWrite) offset = error.offset;
      throw error;
    }
    return offset;
  };
  let reached: T;
  try {
    reached = await work({ id: leaseId, offset, repositoryId: upload.repositoryId, append });
  } catch (error) {
    await dropRefused(error, { id: upload.id, leaseId }).finally(() => giveBack(hold, { leaseId, offset }));
    throw error;
  }
  const { count } = await giveBack(hold, { leaseId, offset });
  // An offset is told only where the row says it: whoever has the claim now goes on from another.
  if (reached !== null && count === 0) throw writtenElsewhere();
  return reached;
}

// The same bytes would be refused again: nothing of them stays.
async function dropRefused(error: unknown, where: { id: string; leaseId: string }): Promise<void> {
  if (!isWrongDigest(error) && !isOverQuota(error)) return;
  const { count } = await query((tx) => tx.upload.deleteMany({ where }));
  if (count > 0) await blobStore().discard(where.id);
}

async function claim(ctx: Ctx, key: UploadKey, leaseId: string) {
  return query(async (tx) => {
    const upload = await uploadOf(tx, ctx, key);
    // A claim that ran out was not given back: its holder may only be slow, and still write to the file it has open.
    const abandoned = upload.leaseId !== null;
    const claimed = await tx.$queryRaw<{ offset: bigint }[]>`
      UPDATE uploads SET lease_id = ${leaseId}::uuid, leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
      WHERE id = ${upload.id}::uuid AND (leased_until IS NULL OR leased_until < now()) RETURNING "offset"`;
    if (!claimed[0]) throw writtenElsewhere();
    if (abandoned) await blobStore().fork(upload.id, Number(claimed[0].offset));
    return { id: upload.id, repositoryId: upload.repositoryId, offset: claimed[0].offset };
  });
}

async function uploadOf(tx: Tx, ctx: Ctx, { repository, id }: UploadKey) {
  const upload = UUID.test(id)
    ? await tx.upload.findFirst({
        where: {
          id,
          tenantId: ctx.tenant.id,
          startedBy: actorKey(ctx.actor),
          repository: { name: repository.name },
        },
      })
    : null;
  if (!upload) throw unknownTo("BLOB_UPLOAD_UNKNOWN", "upload");
  return upload;
}

interface Commit {
  uploadId: string;
  size: number;
  digest: Digest;
}

// hash → fsync → link → fsync of the folder → one transaction: a blob exists when its row does (threats.md). The claim is
// asked for once the bytes are out of reach, and again where the rows are written. Whose transaction failed may try again:
// the upload's bytes go after it.
async function commitBlob(ctx: Ctx, lease: Lease, { uploadId, size, digest }: Commit): Promise<void> {
  const { storageKey } = await blobStore().commit(uploadId, { size, digest, isOurs: () => renew(lease.id) });
  const kept = await transaction(async (tx) => {
    const ended = await tx.upload.deleteMany({ where: { id: uploadId, leaseId: lease.id } });
    if (ended.count === 0) throw writtenElsewhere();
    // Bytes that are live stay where they are: they may be being read. Those of a blob that is being swept are given up.
    const rows = await tx.$queryRaw<{ storage_key: string }[]>`
      INSERT INTO blobs (digest, size, storage_key) VALUES (${digest}, ${size}, ${storageKey})
      ON CONFLICT (digest) DO UPDATE SET state = 'live',
        storage_key = CASE blobs.state WHEN 'live' THEN blobs.storage_key ELSE excluded.storage_key END
      RETURNING storage_key`;
    await linkBlob(tx, ctx, { repositoryId: lease.repositoryId, digest, size });
    await faultPoint("blob rows written");
    return rows[0]?.storage_key;
  });
  await faultPoint("blob rows committed");
  await tidyUp(uploadId, kept === storageKey ? null : storageKey);
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

function outOfOrder(start: number, offset: number) {
  return invalid({ range: `the next chunk must begin at byte ${offset}, not ${start}` }, { reason: "RANGE_INVALID" });
}
