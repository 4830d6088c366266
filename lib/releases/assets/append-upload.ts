import { Readable } from "node:stream";
import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { type Algorithm, PartialWrite } from "#lib/storage/index.ts";
import { commitUnder, type Lease, refuseWhatWillNotFit, withLease } from "#lib/uploads/index.ts";
import type { Ctx } from "../../context.ts";
import { AppError, conflict, isAppError } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { lockedRelease, ReleaseId } from "../find-release.ts";
import { type Added, addAsset } from "./add-asset.ts";
import { ASSET_BYTES_MAX, FILE } from "./asset-fields.ts";
import { beginUpload, cancelAssetUpload, type FileUpload, ownUpload } from "./begin-upload.ts";

/** Bytes as they come; `still` gives the context anew once they are here, or throws where the right was lost meanwhile. */
export interface Bytes {
  source: Readable;
  /** How many, where that was said. */
  length?: number;
  still?: () => Promise<Ctx>;
}

export interface Appended {
  offset: number;
  size: number;
  /** The file, once all bytes are here. */
  added: Added | null;
}

/**
 * Appends to an upload; with its last byte it becomes the release's file. `start` is where the client thinks it begins.
 * @throws conflict where `start` is elsewhere (reason wrong_offset) or another request writes; too_large for more bytes than
 *   were announced; invalid where the bytes have another digest (DIGEST_INVALID: nothing is kept) or broke off (malformed: what
 *   arrived is kept); else as beginAssetUpload
 */
export async function appendAssetUpload(
  ctx: Ctx,
  { uploadId }: { uploadId: string },
  { start, ...bytes }: Bytes & { start?: number },
): Promise<Appended> {
  await demand(ctx, "release.publish");
  return withLease(ownUpload(ctx, uploadId), async (lease) => {
    if (start !== undefined && start !== lease.offset) throw outOfOrder(start, lease.offset);
    const size = Number(lease.upload.size ?? ASSET_BYTES_MAX);
    await take(lease, bytes, { bytesMax: size - lease.offset, refusal: () => tooMany(size) });
    if (lease.offset < size) return { offset: lease.offset, size, added: null };
    return { offset: size, size, added: await finish(ctx, lease, bytes.still) };
  });
}

/**
 * Makes an upload whose bytes are all here a file: for one of none, and for one that could not end with its last byte.
 * @throws as appendAssetUpload; conflict while bytes are missing
 */
export async function finishAssetUpload(ctx: Ctx, { uploadId }: { uploadId: string }): Promise<Added> {
  await demand(ctx, "release.publish");
  return withLease(ownUpload(ctx, uploadId), async (lease) => {
    if (lease.offset !== Number(lease.upload.size)) throw conflict("Bytes of this upload are missing.");
    return finish(ctx, lease);
  });
}

export const PutAsset = z.strictObject({ releaseId: ReleaseId, ...FILE });

/**
 * Adds a file to a release in one go. Where it fails, nothing of it stays.
 * @throws as beginAssetUpload and appendAssetUpload
 */
export async function putAsset(ctx: Ctx, input: z.input<typeof PutAsset>, bytes: Bytes): Promise<Added> {
  await demand(ctx, "release.publish");
  const size = bytes.length ?? null;
  if (size !== null && size > ASSET_BYTES_MAX) throw tooMany(ASSET_BYTES_MAX);
  const uploadId = await beginUpload(ctx, { ...parse(PutAsset, input), size });
  try {
    return await withLease(ownUpload(ctx, uploadId), async (lease) => {
      await take(lease, bytes, { bytesMax: ASSET_BYTES_MAX, refusal: () => tooMany(ASSET_BYTES_MAX) });
      const { sha256 } = lease.upload;
      await refuseWhatWillNotFit(ctx, { size: lease.offset, digest: sha256 ? `sha256:${sha256}` : undefined });
      return finish(ctx, lease, bytes.still);
    });
  } catch (error) {
    // What failed first is what is told: what stays of it is an abandoned upload's.
    await cancelAssetUpload(ctx, { uploadId }).catch(() => undefined);
    throw error;
  }
}

const ALGORITHMS: readonly Algorithm[] = ["sha256", "sha512"];

interface Limit {
  bytesMax: number;
  refusal: () => AppError;
}

async function take(lease: Lease, { source, length }: Bytes, limit: Limit): Promise<void> {
  if (length !== undefined && length > limit.bytesMax) throw limit.refusal();
  try {
    // HTTP ends a body at its length; one of chunks ends where its sender likes.
    await lease.append(length === undefined ? limited(source, limit) : source, ALGORITHMS);
  } catch (error) {
    if (!(error instanceof PartialWrite)) throw error;
    if (isAppError(error.cause)) throw error.cause;
    throw new AppError("invalid", "The body broke off.", { reason: "malformed", cause: error.cause });
  }
}

function limited(source: Readable, { bytesMax, refusal }: Limit): Readable {
  async function* chunks() {
    let bytes = 0;
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > bytesMax) throw refusal();
      yield chunk;
    }
  }
  return Readable.from(chunks(), { objectMode: false });
}

async function finish(ctx: Ctx, lease: Lease<FileUpload>, still?: () => Promise<Ctx>): Promise<Added> {
  const now = (await still?.()) ?? ctx;
  await demand(now, "release.publish");
  const { upload } = lease;
  const digest = upload.sha256 ? (`sha256:${upload.sha256}` as const) : null;
  // Locked before the blob and the upload's row, as by whoever removes the release with them.
  const first = (tx: Parameters<typeof lockedRelease>[0]) => lockedRelease(tx, now, upload.releaseId);
  return commitUnder(lease, { digest, algorithms: ALGORITHMS, first }, (tx, blob) =>
    addAsset(tx, now, { upload, blob }),
  );
}

function outOfOrder(start: number, offset: number): AppError {
  return conflict(`The next bytes must begin at ${offset}, not ${start}.`, { reason: "wrong_offset" });
}

function tooMany(bytesMax: number): AppError {
  return new AppError("too_large", `The file may have ${bytesMax} bytes, and more were sent.`);
}
