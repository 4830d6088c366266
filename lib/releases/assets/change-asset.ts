import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { conflict, invalid, notFound } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { lockedRelease, type ReleaseRow } from "../find-release.ts";
import { refuseLateFile } from "../signed/refuse-unsigned.ts";
import { type AssetRow, subjectOfAsset } from "./add-asset.ts";
import { ARCHITECTURES, isSignature, SYSTEMS, signedFile } from "./asset-fields.ts";

export const RemoveAsset = z.strictObject({ assetId: z.uuid() });

/**
 * Takes a file out of its release; its bytes go with the clean-up, a grace later. What signs it stays, and signs nothing.
 * @throws forbidden without `release.publish`, or without `release.forceDelete` for a release that was published; not_found
 */
export async function removeAsset(ctx: Ctx, input: z.input<typeof RemoveAsset>): Promise<void> {
  await demand(ctx, "release.publish");
  const { assetId } = parse(RemoveAsset, input);
  await transaction(async (tx) => {
    const { asset, release } = await lockedAsset(tx, ctx, assetId);
    // What somebody may have relied on: the same right as taking the release itself away.
    if (release.publishedAt) await demand(ctx, "release.forceDelete");
    await tx.asset.updateMany({ where: { tenantId: ctx.tenant.id, signsId: asset.id }, data: { signsId: null } });
    await tx.asset.delete({ where: { id: asset.id } });
    const { filename, sha256 } = asset;
    const before = { filename, size: Number(asset.size), sha256, release: release.status };
    await record(tx, ctx, { action: "asset.removed", subject: subjectOfAsset(release, asset), before });
  });
}

export const UpdateAsset = z.strictObject({
  assetId: z.uuid(),
  os: z.enum(SYSTEMS).optional(),
  arch: z.enum(ARCHITECTURES).optional(),
  /** null: it is the signature of nothing. */
  signsId: z.uuid().nullable().optional(),
});

/**
 * Says for which system a file is, or what it signs; its name and bytes never change.
 * @throws forbidden without `release.publish`; not_found; invalid for a file of another release, and for itself; conflict for
 *   a release that is archived, and (reason unsigned) for a signature that would be an unsigned file of a published one
 */
export async function updateAsset(
  ctx: Ctx,
  input: z.input<typeof UpdateAsset>,
): Promise<{ asset: AssetRow; changed: boolean }> {
  await demand(ctx, "release.publish");
  const { assetId, ...labels } = parse(UpdateAsset, input);
  return transaction(async (tx) => {
    const { asset, release } = await lockedAsset(tx, ctx, assetId);
    if (release.status === "archived") throw conflict(`${release.version} is archived: restore it first.`);
    if (labels.signsId === asset.id) throw invalid({ signsId: "is the file itself" });
    if (labels.signsId) await signedFile(tx, release, { filename: asset.filename, signsId: labels.signsId });
    const fields = Object.keys(labels) as (keyof typeof labels)[];
    const moved = fields.filter((field) => labels[field] !== undefined && labels[field] !== asset[field]);
    if (moved.length === 0) return { asset, changed: false };
    const { filename, size, signsId } = { ...asset, ...labels };
    if (isSignature(asset)) await refuseLateFile(tx, release, { filename, size, signsId: signsId ?? null });
    const updated = await tx.asset.update({ where: { id: asset.id }, data: labels });
    const values = (row: AssetRow) => Object.fromEntries(moved.map((field) => [field, row[field]]));
    const subject = subjectOfAsset(release, asset);
    await record(tx, ctx, { action: "asset.updated", subject, before: values(asset), after: values(updated) });
    return { asset: updated, changed: true };
  });
}

async function lockedAsset(tx: Tx, ctx: Ctx, assetId: string): Promise<{ asset: AssetRow; release: ReleaseRow }> {
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id: assetId } };
  const seen = await tx.asset.findUnique({ where });
  if (!seen) throw notFound("file");
  const release = await lockedRelease(tx, ctx, seen.releaseId);
  const asset = await tx.asset.findUnique({ where });
  if (!asset) throw notFound("file");
  return { asset, release };
}
