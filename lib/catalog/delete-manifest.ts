import { demand, record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { takeFromReleases } from "./released.ts";
import { lockedRepository, type RepositoryRow, unknownTo } from "./repositories.ts";
import type { RepositoryName } from "./repository-name.ts";
import { removeTags } from "./tag-rows.ts";

export interface DeleteManifest {
  repository: RepositoryName;
  digest: string;
}

/**
 * Deletes a manifest and all its tags (distribution-spec, "Deleting Manifests"). Manifests that have it as their subject
 * stay, as do its layers until nothing refers to them any more and the clean-up comes.
 * @returns the tags that went with it, by name
 * @throws forbidden without `registry.delete`; not_found, with reason MANIFEST_UNKNOWN; conflict while an index refers to it
 *   or a published release holds it
 */
export async function deleteManifest(ctx: Ctx, { repository, digest }: DeleteManifest): Promise<{ tags: string[] }> {
  await demand(ctx, "registry.delete");
  return transaction(async (tx) => {
    const row = await lockedRepository(tx, ctx, repository);
    const { removed, tags } = await removeManifests(tx, ctx, { row, digests: [digest] });
    if (removed.length === 0) throw unknownTo("MANIFEST_UNKNOWN", "manifest");
    await record(tx, ctx, {
      action: "registry.deletedManifest",
      subject: { type: "repository", id: row.id, label: `${row.name}@${digest}` },
      before: { digest, tags },
    });
    return { tags };
  });
}

interface Removal {
  row: RepositoryRow;
  digests: readonly string[];
}

/**
 * Deletes manifests of a locked repository with their tags; writes no audit row. What they referred to may be swept once
 * the grace since now is over, where no other manifest of the repository refers to it.
 * @returns the digests of those that were there, and the names of the tags that went
 * @throws conflict where an index that is not itself among them refers to one, or a published release holds one
 */
export async function removeManifests(
  tx: Tx,
  ctx: Ctx,
  { row, digests }: Removal,
): Promise<{ removed: string[]; tags: string[] }> {
  const list = [...digests];
  await refuseChildren(tx, row, list);
  await takeFromReleases(tx, row, list);
  const tags = await removeTags(tx, ctx, { row, tags: { digest: { in: list } } });
  await tx.$executeRaw`
    UPDATE repository_blobs SET touched_at = now() WHERE repository_id = ${row.id}::uuid AND digest IN (
      SELECT mr.digest FROM manifest_references mr JOIN manifests m ON m.id = mr.manifest_id
      WHERE m.repository_id = ${row.id}::uuid AND m.digest = ANY(${list}))`;
  const removed = await tx.$queryRaw<{ digest: string }[]>`
    DELETE FROM manifests WHERE repository_id = ${row.id}::uuid AND digest = ANY(${list}) RETURNING digest`;
  return { removed: removed.map((manifest) => manifest.digest), tags: tags.map((tag) => tag.name) };
}

// A tag leads to a manifest, and that to all that it needs: an index keeps its children.
async function refuseChildren(tx: Tx, row: RepositoryRow, digests: string[]): Promise<void> {
  const [parent] = await tx.$queryRaw<{ child: string; index: string }[]>`
    SELECT mr.digest AS child, m.digest AS index FROM manifest_references mr JOIN manifests m ON m.id = mr.manifest_id
    WHERE mr.repository_id = ${row.id}::uuid AND mr.kind = 'manifest' AND mr.digest = ANY(${digests})
      AND NOT m.digest = ANY(${digests}) ORDER BY m.digest LIMIT 1`;
  if (!parent) return;
  throw conflict(`The index ${parent.index} refers to ${parent.child}: delete the index first.`, {
    reason: "in_an_index",
  });
}
