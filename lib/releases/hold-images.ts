import type { Tx } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";

/**
 * Makes sure that all images of a locked release are there and stay: the lock of their repositories keeps deletions away
 * until the caller's transaction ends, and from then on the release's state does (lib/catalog/released.ts).
 * @throws conflict, which names one that is gone
 */
export async function holdImages(tx: Tx, release: { id: string; version: string }): Promise<void> {
  await tx.$queryRaw`
    SELECT id FROM repositories WHERE id IN (SELECT repository_id FROM release_images WHERE release_id = ${release.id}::uuid)
    ORDER BY id FOR NO KEY UPDATE`;
  const gone = await tx.releaseImage.findFirst({
    where: { releaseId: release.id, manifestDigest: null },
    select: { digest: true, tag: true, repository: { select: { name: true } } },
    orderBy: { digest: "asc" },
  });
  if (!gone) return;
  const { repository, tag, digest } = gone;
  const image = `${repository.name}${tag ? `:${tag}` : ""}@${digest}`;
  throw conflict(`The image ${image} of ${release.version} was deleted: push and tie it again, or untie it.`, {
    reason: "image_gone",
  });
}
