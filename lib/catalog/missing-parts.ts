import { type Sql, sql, type Tx } from "#lib/db/index.ts";

/** Whether the repository lacks what the reference `r` of one of its manifests names: mirrored, and not fetched so far. */
export const missingPartSql: Sql = sql`CASE r.kind
  WHEN 'manifest' THEN NOT EXISTS (SELECT FROM manifests p WHERE p.repository_id = r.repository_id AND p.digest = r.digest)
  ELSE NOT EXISTS (SELECT FROM repository_blobs p WHERE p.repository_id = r.repository_id AND p.digest = r.digest) END`;

/** How many parts of an image its repository does not have: platforms, layers, configurations; 0 for one that is whole. */
export async function countMissingParts(tx: Tx, image: { repositoryId: string; digest: string }): Promise<number> {
  const [found] = await tx.$queryRaw<{ count: number }[]>`
    WITH RECURSIVE image AS (
      SELECT id FROM manifests WHERE repository_id = ${image.repositoryId}::uuid AND digest = ${image.digest}
      UNION SELECT m.id FROM image i JOIN manifest_references r ON r.manifest_id = i.id AND r.kind = 'manifest'
        JOIN manifests m ON m.repository_id = r.repository_id AND m.digest = r.digest
    )
    SELECT count(DISTINCT r.digest)::int AS count FROM image i JOIN manifest_references r ON r.manifest_id = i.id
    WHERE ${missingPartSql}`;
  return found?.count ?? 0;
}

/** How many tags of a tenant's repositories name an image that is not whole there. */
export async function countTagsNotWhole(
  tx: Tx,
  { tenantId, repositoryIds }: { tenantId: string; repositoryIds: readonly string[] },
): Promise<number> {
  const [found] = await tx.$queryRaw<{ count: number }[]>`
    WITH RECURSIVE reached AS (
      SELECT t.id AS tag, m.id FROM tags t JOIN manifests m ON m.repository_id = t.repository_id AND m.digest = t.digest
      WHERE t.tenant_id = ${tenantId}::uuid AND t.repository_id = ANY(${[...repositoryIds]}::uuid[])
      UNION SELECT i.tag, m.id FROM reached i JOIN manifest_references r ON r.manifest_id = i.id AND r.kind = 'manifest'
        JOIN manifests m ON m.repository_id = r.repository_id AND m.digest = r.digest
    )
    SELECT count(DISTINCT i.tag)::int AS count FROM reached i JOIN manifest_references r ON r.manifest_id = i.id
    WHERE ${missingPartSql}`;
  return found?.count ?? 0;
}
