import type { Tx } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import type { RepositoryRow } from "./repositories.ts";

// Which releases hold an image is kept by lib/releases, in release_images: asked here, since that room stands above this one.
// A release's state changes to one that holds under the lock of its repositories, as deletions are done.

/**
 * The manifests of a repository that a published or yanked release holds, each with the highest version that does: they can't
 * be deleted.
 */
export async function heldByReleases(tx: Tx, repositoryId: string): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ digest: string; version: string }[]>`
    SELECT DISTINCT ON (i.digest) i.digest, r.version
    FROM release_images i JOIN releases r ON r.id = i.release_id AND r.status IN ('published', 'yanked')
    WHERE i.repository_id = ${repositoryId}::uuid ORDER BY i.digest, r.version_key DESC`;
  return new Map(rows.map(({ digest, version }) => [digest, version]));
}

/**
 * Takes manifests of a locked repository from the releases that do not hold them: those know the digest still.
 * @throws conflict where a release holds one
 */
export async function takeFromReleases(tx: Tx, row: RepositoryRow, digests: string[]): Promise<void> {
  const held = await heldByReleases(tx, row.id);
  for (const digest of digests) refuseHeld(digest, held.get(digest));
  await tx.$executeRaw`
    UPDATE release_images SET manifest_digest = NULL
    WHERE repository_id = ${row.id}::uuid AND digest = ANY(${digests}) AND manifest_digest IS NOT NULL`;
}

/** @throws conflict where there is a release that holds it */
export function refuseHeld(digest: string, version: string | null | undefined): void {
  if (!version) return;
  throw conflict(`The release ${version} has ${digest}: archive the release first.`, { reason: "in_a_release" });
}
