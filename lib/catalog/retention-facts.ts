import type { Tx } from "#lib/db/index.ts";
import { heldByReleases } from "./released.ts";
import type { ManifestFact, RetentionFacts } from "./retention-plan.ts";

interface Pulled {
  digest: string;
  tag: string;
  at: Date;
}

/** What a repository holds, as retention and deletions look at it: seven statements, whatever its size. */
export async function loadFacts(tx: Tx, repositoryId: string): Promise<RetentionFacts> {
  const tags = await tx.tag.findMany({
    where: { repositoryId },
    select: { name: true, digest: true, updatedAt: true },
  });
  const pulled = await tx.$queryRaw<Pulled[]>`
    SELECT digest, tag, max(last_pulled_at) AS at FROM pull_days
    WHERE repository_id = ${repositoryId}::uuid GROUP BY digest, tag`;
  const byDigest = latest(pulled.map(({ digest, at }) => [digest, at]));
  const byTag = latest(pulled.map(({ tag, at }) => [tag, at]));
  return {
    tags: tags.map(({ name, digest, updatedAt }) => ({
      name,
      digest,
      taggedAt: updatedAt,
      pulledAt: later(byTag.get(name), byDigest.get(digest)),
    })),
    manifests: await loadManifests(tx, repositoryId, byDigest),
  };
}

async function loadManifests(tx: Tx, repositoryId: string, pulled: ReadonlyMap<string, Date>): Promise<ManifestFact[]> {
  const manifests = await tx.manifest.findMany({
    where: { repositoryId },
    select: { digest: true, createdAt: true, subjectDigest: true },
    orderBy: { digest: "asc" },
  });
  const references = await tx.$queryRaw<{ parent: string; child: string }[]>`
    SELECT m.digest AS parent, mr.digest AS child FROM manifest_references mr JOIN manifests m ON m.id = mr.manifest_id
    WHERE mr.repository_id = ${repositoryId}::uuid AND mr.kind = 'manifest'`;
  const left = await tx.$queryRaw<{ digest: string; at: Date }[]>`
    SELECT from_digest AS digest, max(moved_at) AS at FROM tag_events
    WHERE repository_id = ${repositoryId}::uuid AND from_digest IS NOT NULL GROUP BY from_digest`;
  const held = await heldByReleases(tx, repositoryId);
  const children = Map.groupBy(references, ({ parent }) => parent);
  const leftAt = new Map(left.map(({ digest, at }) => [digest, at]));
  return manifests.map(({ digest, createdAt, subjectDigest }) => ({
    digest,
    untaggedSince: later(createdAt, leftAt.get(digest)) ?? createdAt,
    pulledAt: pulled.get(digest) ?? null,
    subject: subjectDigest,
    release: held.get(digest) ?? null,
    children: (children.get(digest) ?? []).map(({ child }) => child),
  }));
}

/** The bytes of layers and configs that nothing else needs: no other manifest here, no other repository, no file of a release. */
export async function bytesFreed(tx: Tx, repositoryId: string, going: readonly string[]): Promise<number> {
  if (going.length === 0) return 0;
  const rows = await tx.$queryRaw<{ bytes: bigint }[]>`
    WITH going AS (SELECT id FROM manifests WHERE repository_id = ${repositoryId}::uuid AND digest = ANY(${[...going]})),
    needed AS (
      SELECT DISTINCT mr.digest, mr.size FROM manifest_references mr JOIN going ON going.id = mr.manifest_id
      WHERE mr.kind <> 'manifest'
    )
    SELECT coalesce(sum(n.size), 0)::bigint AS bytes FROM needed n
    WHERE EXISTS (SELECT 1 FROM repository_blobs rb WHERE rb.repository_id = ${repositoryId}::uuid AND rb.digest = n.digest)
      AND NOT EXISTS (SELECT 1 FROM manifest_references mr WHERE mr.repository_id = ${repositoryId}::uuid
        AND mr.digest = n.digest AND mr.manifest_id NOT IN (SELECT id FROM going))
      AND NOT EXISTS (SELECT 1 FROM repository_blobs rb WHERE rb.digest = n.digest
        AND rb.repository_id <> ${repositoryId}::uuid)
      AND NOT EXISTS (SELECT 1 FROM assets a WHERE a.blob_digest = n.digest)`;
  return Number(rows[0]?.bytes ?? 0);
}

function latest(entries: readonly (readonly [string, Date])[]): Map<string, Date> {
  const found = new Map<string, Date>();
  for (const [key, at] of entries) found.set(key, later(found.get(key), at) ?? at);
  return found;
}

function later(one: Date | undefined, other: Date | undefined): Date | null {
  if (!one || !other) return one ?? other ?? null;
  return one > other ? one : other;
}
