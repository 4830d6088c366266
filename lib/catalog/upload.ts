import type { Readable } from "node:stream";
import { actorKey } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import type { Digest } from "#lib/storage/index.ts";
import {
  cancelUnder,
  commitUnder,
  refuseManyUploads,
  refuseWhatWillNotFit,
  type UploadRow,
  withLease,
} from "#lib/uploads/index.ts";
import type { Ctx } from "../context.ts";
import { invalid } from "../errors.ts";
import { linkBlob } from "./quota.ts";
import { ensureRepository, unknownTo } from "./repositories.ts";
import type { RepositoryName } from "./repository-name.ts";

/** Names an upload under way; it answers only to who began it, in the repository where it began. */
export interface UploadKey {
  repository: RepositoryName;
  id: string;
}

type BlobUpload = UploadRow & { repositoryId: string };

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
  return withLease(mine(ctx, key), async (lease) => {
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
  await withLease(mine(ctx, key), async (lease) => {
    if (last.start !== undefined && last.start !== lease.offset) throw outOfOrder(last.start, lease.offset);
    if (last.length) await refuseWhatWillNotFit(ctx, { size: lease.offset + last.length, digest: last.digest });
    const size = last.source ? await lease.append(last.source) : lease.offset;
    if (!last.length) await refuseWhatWillNotFit(ctx, { size, digest: last.digest });
    await last.still?.();
    const { repositoryId } = lease.upload;
    await commitUnder(lease, { digest: last.digest }, (tx, { digest, size }) =>
      linkBlob(tx, ctx, { repositoryId, digest, size }),
    );
  });
}

/** Forgets an upload and its bytes. @throws not_found; conflict while another request writes */
export async function cancelUpload(ctx: Ctx, key: UploadKey): Promise<void> {
  await demand(ctx, "registry.push");
  await withLease(mine(ctx, key), cancelUnder);
}

function mine(ctx: Ctx, key: UploadKey): (tx: Tx) => Promise<BlobUpload> {
  return (tx) => uploadOf(tx, ctx, key);
}

async function uploadOf(tx: Tx, ctx: Ctx, { repository, id }: UploadKey): Promise<BlobUpload> {
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
  if (!upload?.repositoryId) throw unknownTo("BLOB_UPLOAD_UNKNOWN", "upload");
  return { ...upload, repositoryId: upload.repositoryId };
}

function outOfOrder(start: number, offset: number) {
  return invalid({ range: `the next chunk must begin at byte ${offset}, not ${start}` }, { reason: "RANGE_INVALID" });
}
