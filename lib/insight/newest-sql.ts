import { noSql, type Sql, sql } from "#lib/db/index.ts";

/** What is looked at: of a tenant, one product or some members or both, and since when. */
interface Looked {
  tenantId: string;
  productId?: string;
  memberIds?: readonly string[];
  since?: Date;
}

/**
 * Common table expressions that end in `newest`: for each member and product the key of the highest version that they
 * fetched (`key`), when they last fetched anything of it (`last_at`), and where no version is known, the tag by which they last
 * pulled (`tag`). Several tokens of one person are one member.
 *
 * An image is the highest published version that ties it, or the index of its platform; a file is its release's, a
 * deleted one's too. Keys sort by their bytes (lib/releases, versionKey).
 */
export function newestSql({ tenantId, productId, memberIds, since }: Looked): Sql {
  const looked = sql`f.tenant_id = ${tenantId}::uuid AND f.member_id IS NOT NULL
    ${productId ? sql`AND f.product_id = ${productId}::uuid` : noSql}
    ${memberIds ? sql`AND f.member_id = ANY(${memberIds}::uuid[])` : noSql}
    ${since ? sql`AND f.last_at >= ${since}` : noSql}`;
  return sql`
    pulled AS (
      SELECT f.member_id, f.product_id, f.repository_id, f.digest, f.tag, f.last_at FROM pulled_by f WHERE ${looked}),
    tied AS (
      SELECT d.repository_id, d.digest, max(r.version_key COLLATE "C") AS key
      FROM (SELECT DISTINCT repository_id, digest FROM pulled) d
      CROSS JOIN LATERAL (
        SELECT i.release_id FROM release_images i WHERE i.repository_id = d.repository_id AND i.digest = d.digest
        UNION ALL
        SELECT i.release_id FROM manifest_references c JOIN manifests x ON x.id = c.manifest_id
        JOIN release_images i ON i.repository_id = x.repository_id AND i.digest = x.digest
        WHERE c.repository_id = d.repository_id AND c.digest = d.digest AND c.kind = 'manifest') i
      JOIN releases r ON r.id = i.release_id AND r.published_at IS NOT NULL
      GROUP BY 1, 2),
    fetched AS (
      SELECT p.member_id, p.product_id, t.key, p.tag, p.last_at
      FROM pulled p LEFT JOIN tied t ON t.repository_id = p.repository_id AND t.digest = p.digest
      UNION ALL
      SELECT f.member_id, f.product_id, coalesce(r.version_key, v.version_key), NULL, f.last_at
      FROM downloaded_by f
      LEFT JOIN releases r ON r.id = f.release_id AND r.published_at IS NOT NULL
      LEFT JOIN deleted_versions v ON v.product_id = f.product_id AND v.release_id = f.release_id
      WHERE ${looked}),
    newest AS (
      SELECT member_id, product_id, max(key COLLATE "C") AS key, max(last_at) AS last_at,
        -- The last tag, by its time before it: an array_agg would sort them all.
        substr(max((to_char(last_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS') || tag) COLLATE "C")
          FILTER (WHERE key IS NULL), 18) AS tag
      FROM fetched GROUP BY 1, 2)`;
}

/**
 * What a version's key `n.key` of the product `n.product_id` is: its words (`version`), and what became of it (`state`):
 * published, yanked, archived, deleted; both null where it is no version. And whether it is recalled.
 */
export const VERSION_OF = sql`
  LEFT JOIN releases r ON r.product_id = n.product_id AND r.version_key = n.key
  LEFT JOIN deleted_versions v ON v.product_id = n.product_id AND v.version_key = n.key AND r.id IS NULL`;

export const VERSION_SHOWN = sql`coalesce(r.version, v.version) AS version,
  coalesce(r.status::text, CASE WHEN v.version IS NOT NULL THEN 'deleted' END) AS state,
  EXISTS (SELECT FROM recalls c WHERE c.product_id = n.product_id AND c.lifted_at IS NULL
    AND c.release_id = coalesce(r.id, v.release_id)) AS recalled`;

/** The keys of a product's published stable versions, the highest first. */
export const stableKeysSql = (productId: Sql) => sql`
  SELECT s.version_key FROM releases s
  WHERE s.product_id = ${productId} AND s.status = 'published' AND s.channel = 'stable' ORDER BY s.version_key DESC`;
