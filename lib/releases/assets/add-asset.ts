import { record } from "#lib/audit/index.ts";
import type { Prisma, Tx } from "#lib/db/index.ts";
import { type Committed, refuseBeyondQuota } from "#lib/uploads/index.ts";
import type { Ctx } from "../../context.ts";
import { type ReleaseRow, releaseInTenant } from "../find-release.ts";
import { refuseLateFile } from "../signed/refuse-unsigned.ts";
import { refuseClosed, SIGNATURE_ENDINGS, signedFile, taken } from "./asset-fields.ts";
import type { FileUpload } from "./begin-upload.ts";
import { guessPlatform } from "./guess-platform.ts";

export type AssetRow = Prisma.AssetGetPayload<object>;

export interface Added {
  asset: AssetRow;
  /** false: the release had that file, with these bytes. */
  changed: boolean;
}

/** Writes the rows of a file whose bytes are a blob, in that blob's transaction; the release is locked. */
export async function addAsset(
  tx: Tx,
  ctx: Ctx,
  { upload, blob }: { upload: FileUpload; blob: Committed },
): Promise<Added> {
  const release = await releaseInTenant(tx, ctx, upload.releaseId);
  refuseClosed(release);
  const { filename } = upload;
  const standing = await tx.asset.findUnique({ where: { releaseId_filename: { releaseId: release.id, filename } } });
  if (standing && standing.blobDigest !== blob.digest) throw taken(release, filename);
  if (standing) return { asset: standing, changed: false };

  const signsId = await signedFile(tx, release, upload);
  await refuseLateFile(tx, release, { filename, size: blob.size, signsId });
  const asset = await tx.asset.create({ data: { ...dataOf(upload, blob), signsId } });
  await refuseBeyondQuota(tx, ctx, blob);
  await signBefore(tx, asset);
  const { size, sha256, os, arch } = asset;
  const after = { filename, size: Number(size), sha256, os, arch, release: release.status };
  await record(tx, ctx, { action: "asset.added", subject: subjectOfAsset(release, asset), after });
  return { asset, changed: true };
}

function dataOf(
  { id, tenantId, releaseId, filename, startedBy, ...said }: FileUpload,
  { size, digest, digests }: Committed,
) {
  const guess = guessPlatform(filename);
  const hex = (algorithm: string) =>
    digests.find((each) => each.startsWith(`${algorithm}:`))?.slice(algorithm.length + 1);
  const os = said.os ?? guess.os;
  const arch = said.arch ?? guess.arch;
  const sums = { sha256: hex("sha256") ?? "", sha512: hex("sha512") ?? null };
  return { id, tenantId, releaseId, filename, size, os, arch, ...sums, blobDigest: digest, createdBy: startedBy };
}

// Signatures may come before what they sign.
async function signBefore(tx: Tx, { id, tenantId, releaseId, filename }: AssetRow): Promise<void> {
  const filenames = SIGNATURE_ENDINGS.map((ending) => filename + ending);
  const where = { tenantId, releaseId, signsId: null, filename: { in: filenames } };
  await tx.asset.updateMany({ where, data: { signsId: id } });
}

/** What the log calls a file. */
export function subjectOfAsset({ version, product }: ReleaseRow, { id, filename }: { id: string; filename: string }) {
  return { type: "asset", id, label: `${product.slug} ${version} ${filename}` };
}
