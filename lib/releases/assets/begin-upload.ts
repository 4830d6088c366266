import { z } from "zod";
import { actorKey } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { cancelUnder, refuseManyUploads, refuseWhatWillNotFit, type UploadRow, withLease } from "#lib/uploads/index.ts";
import type { Ctx } from "../../context.ts";
import { notFound } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { ReleaseId, releaseInTenant } from "../find-release.ts";
import { refuseLateFile } from "../signed/refuse-unsigned.ts";
import { ASSET_BYTES_MAX, FILE, type NewFile, refuseClosed, refuseTaken, signedFile } from "./asset-fields.ts";

export const BeginAssetUpload = z.strictObject({
  releaseId: ReleaseId,
  size: z.int().min(0).max(ASSET_BYTES_MAX),
  ...FILE,
});

/**
 * Begins the upload of a release's file, in pieces; `size` in bytes. It answers to who began it alone.
 * @throws forbidden without `release.publish`, and where the tenant may keep no more (quota_bytes); not_found; conflict for a
 *   release that is archived or yanked, for a name that other bytes have, and (reason unsigned) for one that is published and
 *   takes signatures alone; limit_exceeded for too many uploads at once
 */
export async function beginAssetUpload(
  ctx: Ctx,
  input: z.input<typeof BeginAssetUpload>,
): Promise<{ uploadId: string }> {
  await demand(ctx, "release.publish");
  return { uploadId: await beginUpload(ctx, parse(BeginAssetUpload, input)) };
}

interface NewUpload extends NewFile {
  releaseId: string;
  os?: string;
  arch?: string;
}

/** The same for whom the right was asked already, also for bytes of which nobody knows how many they are. */
export async function beginUpload(ctx: Ctx, { releaseId, ...file }: NewUpload): Promise<string> {
  const digest = file.sha256 ? `sha256:${file.sha256}` : undefined;
  await refuseWhatWillNotFit(ctx, { size: file.size ?? 0, digest });
  return transaction(async (tx) => {
    const release = await releaseInTenant(tx, ctx, releaseId);
    refuseClosed(release);
    await refuseTaken(tx, release, file);
    const signsId = await signedFile(tx, release, file);
    await refuseLateFile(tx, release, { ...file, signsId });
    const startedBy = actorKey(ctx.actor);
    await refuseManyUploads(tx, ctx, startedBy);
    const data = { tenantId: ctx.tenant.id, releaseId: release.id, startedBy, ...file };
    return (await tx.upload.create({ data, select: { id: true } })).id;
  });
}

export type FileUpload = UploadRow & { releaseId: string; filename: string };

/** Looks up an upload of the caller's own. @throws not_found for another's, and none */
export function ownUpload(ctx: Ctx, uploadId: string): (tx: Tx) => Promise<FileUpload> {
  return async (tx) => {
    const of = { tenantId: ctx.tenant.id, startedBy: actorKey(ctx.actor), releaseId: { not: null } };
    const upload = z.uuid().safeParse(uploadId).success
      ? await tx.upload.findFirst({ where: { id: uploadId, ...of } })
      : null;
    if (!upload?.releaseId || upload.filename === null) throw notFound("upload");
    return { ...upload, releaseId: upload.releaseId, filename: upload.filename };
  };
}

export interface UploadState {
  /** How many bytes are durable, and how many it will have; null where nobody knows. */
  offset: number;
  size: number | null;
  /** When it was last written to; null once it is a file. */
  updatedAt: Date | null;
}

/**
 * How far an upload of the caller's own got. One that is a file by now, which has its id, is at its end.
 * @throws forbidden without `release.publish`; not_found for another's upload, and none
 */
export async function assetUploadState(ctx: Ctx, { uploadId }: { uploadId: string }): Promise<UploadState> {
  await demand(ctx, "release.publish");
  return query(async (tx) => {
    const createdBy = actorKey(ctx.actor);
    const done = z.uuid().safeParse(uploadId).success
      ? await tx.asset.findFirst({ where: { id: uploadId, tenantId: ctx.tenant.id, createdBy } })
      : null;
    if (done) return { offset: Number(done.size), size: Number(done.size), updatedAt: null };
    const { offset, size, updatedAt } = await ownUpload(ctx, uploadId)(tx);
    return { offset: Number(offset), size: size === null ? null : Number(size), updatedAt };
  });
}

/** Forgets an upload and its bytes. @throws as assetUploadState; conflict while another request writes */
export async function cancelAssetUpload(ctx: Ctx, { uploadId }: { uploadId: string }): Promise<void> {
  await demand(ctx, "release.publish");
  await withLease(ownUpload(ctx, uploadId), cancelUnder);
}
