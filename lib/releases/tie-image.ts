import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { countMissingParts, lockedImage } from "#lib/catalog/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { plural } from "../format.ts";
import { parse } from "../parse.ts";
import { lockedRelease, ReleaseId, type ReleaseRow, subjectOf } from "./find-release.ts";
import { refuseUnsignedImage } from "./signed/refuse-unsigned.ts";

export const TieImage = z.strictObject({
  releaseId: ReleaseId,
  repositoryId: z.uuid("is not an id"),
  /** A tag, whose image now is meant, or a digest. */
  reference: z.string().trim().min(1, "is missing").max(255),
});

export const UntieImage = z.strictObject({
  releaseId: ReleaseId,
  repositoryId: z.uuid("is not an id"),
  digest: z.string().max(255),
});

export interface TiedImage {
  repository: string;
  digest: string;
  /** The tag by which it was tied. */
  tag: string | null;
}

/**
 * Publishes an image of one of the product's repositories together with a release: a draft, or one that is published; one that
 * was deleted meanwhile, of an archived one too. What is tied already changes nothing, and says so.
 * @throws forbidden without `release.publish`; not_found for a repository of another product, and without the image;
 *   conflict for what is yanked or archived, for an image that is not whole here, and with reason unsigned for an image that a published release may not have so
 */
export async function tieImage(
  ctx: Ctx,
  input: z.input<typeof TieImage>,
): Promise<{ image: TiedImage; changed: boolean }> {
  await demand(ctx, "release.publish");
  const { releaseId, ...asked } = parse(TieImage, input);
  return transaction(async (tx) => {
    const release = await lockedRelease(tx, ctx, releaseId);
    const { repository, digest, tag } = await lockedImage(tx, ctx, asked);
    if (repository.productId !== release.productId) throw notFound("repository");
    const key = { releaseId: release.id, repositoryId: repository.id, digest };
    const where = { releaseId_repositoryId_digest: key };
    const standing = await tx.releaseImage.findUnique({ where });
    refuseClosed(release, { isOurs: standing !== null });
    const image = { repository: repository.name, digest, tag: standing?.manifestDigest ? standing.tag : tag };
    if (standing?.manifestDigest) return { image, changed: false };
    await refuseNotWhole(tx, { repositoryId: repository.id, digest });
    if (release.status === "published") await refuseUnsignedImage(tx, release, { repository, digest });
    const known = { manifestDigest: digest, tag };
    await tx.releaseImage.upsert({ where, create: { ...key, ...known, tenantId: ctx.tenant.id }, update: known });
    await record(tx, ctx, { action: "release.image_tied", subject: subjectOf(release), after: image });
    return { image, changed: true };
  });
}

// Of a mirror's image that nobody imported, parts may not be here: whoever gets the release could not pull it.
async function refuseNotWhole(tx: Tx, image: { repositoryId: string; digest: string }): Promise<void> {
  const missing = await countMissingParts(tx, image);
  if (missing === 0) return;
  const words = `${plural(missing, "part")} of this image ${missing === 1 ? "is" : "are"} not here, but only upstream.`;
  throw conflict(`${words} Import it first, so that it can be pulled whatever becomes of its upstream.`, {
    reason: "not_whole",
  });
}

// What was deleted while its release was archived is tied again before that is restored.
function refuseClosed({ version, status }: ReleaseRow, { isOurs }: { isOurs: boolean }): void {
  if (status === "draft" || status === "published" || (status === "archived" && isOurs)) return;
  throw conflict(`${version} is ${status}: restore it first.`);
}

/**
 * Takes an image from a release that is a draft or archived: it is what it was, and belongs to the release no more.
 * @throws forbidden without `release.publish`; not_found where it is not tied; conflict for what is published or yanked
 */
export async function untieImage(ctx: Ctx, input: z.input<typeof UntieImage>): Promise<{ image: TiedImage }> {
  await demand(ctx, "release.publish");
  const { releaseId, repositoryId, digest } = parse(UntieImage, input);
  return transaction(async (tx) => {
    const release = await lockedRelease(tx, ctx, releaseId);
    const where = { releaseId_repositoryId_digest: { releaseId: release.id, repositoryId, digest } };
    const standing = await tx.releaseImage.findUnique({ where, include: { repository: { select: { name: true } } } });
    if (!standing) throw notFound("image of this release");
    if (release.status === "published" || release.status === "yanked") {
      throw conflict(`${release.version} is ${release.status}: what belongs to it stays. Archive it first.`);
    }
    await tx.releaseImage.delete({ where });
    const image = { repository: standing.repository.name, digest, tag: standing.tag };
    await record(tx, ctx, { action: "release.image_untied", subject: subjectOf(release), before: image });
    return { image };
  });
}
