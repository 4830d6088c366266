import { type Tx, transaction } from "#lib/db/index.ts";
import type { Sweep } from "./limits.ts";

const BATCH = 500;

interface Link {
  tenantId: string;
  repositoryId: string;
  digest: string;
}

const FIRST: Link = { tenantId: "", repositoryId: "00000000-0000-0000-0000-000000000000", digest: "" };

/**
 * Takes blobs out of repositories where no manifest of the repository refers to them, a grace after they were last counted
 * on. The links are locked first and judged second: a manifest that was pushed meanwhile held the same lock.
 */
export async function sweepLinks({ limits, runId, signal, onProgress }: Sweep): Promise<void> {
  let after: Link | undefined = FIRST;
  while (after) {
    signal.throwIfAborted();
    const from: Link = after;
    const { seen, gone } = await transaction(async (tx) => {
      const seen = await lockUnreferenced(tx, from, limits.graceMs);
      const gone = await removeUnreferenced(tx, seen, limits.graceMs);
      if (runId && gone.length > 0) await tellTenants(tx, runId, gone);
      return { seen, gone };
    });
    if (gone.length > 0) await onProgress({ links: gone.length });
    after = seen.length < BATCH ? undefined : seen.at(-1);
  }
}

function lockUnreferenced(tx: Tx, after: Link, graceMs: number): Promise<Link[]> {
  return tx.$queryRaw<Link[]>`
    SELECT rb.tenant_id::text AS "tenantId", rb.repository_id::text AS "repositoryId", rb.digest
    FROM repository_blobs rb
    WHERE (rb.repository_id, rb.digest) > (${after.repositoryId}::uuid, ${after.digest})
      AND rb.touched_at < now() - make_interval(secs => ${graceMs / 1000})
      AND NOT EXISTS (
        SELECT FROM manifest_references mr WHERE mr.repository_id = rb.repository_id AND mr.digest = rb.digest)
    ORDER BY rb.repository_id, rb.digest LIMIT ${BATCH} FOR UPDATE OF rb SKIP LOCKED`;
}

// A statement of its own sees what was committed before the locks were had.
function removeUnreferenced(tx: Tx, links: Link[], graceMs: number): Promise<Link[]> {
  return tx.$queryRaw<Link[]>`
    DELETE FROM repository_blobs rb
    USING unnest(${links.map((link) => link.repositoryId)}::uuid[], ${links.map((link) => link.digest)}::text[])
      AS seen (repository_id, digest)
    WHERE rb.repository_id = seen.repository_id AND rb.digest = seen.digest
      AND rb.touched_at < now() - make_interval(secs => ${graceMs / 1000})
      AND NOT EXISTS (
        SELECT FROM manifest_references mr WHERE mr.repository_id = rb.repository_id AND mr.digest = rb.digest)
    RETURNING rb.tenant_id::text AS "tenantId", rb.repository_id::text AS "repositoryId", rb.digest`;
}

async function tellTenants(tx: Tx, runId: string, gone: readonly Link[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO cleanup_shares (tenant_id, run_id, blobs, bytes)
    SELECT g.tenant_id, ${runId}::uuid, count(*), sum(b.size)
    FROM (SELECT DISTINCT * FROM unnest(${gone.map((link) => link.tenantId)}::uuid[],
      ${gone.map((link) => link.digest)}::text[]) AS g (tenant_id, digest)) g
    JOIN blobs b USING (digest)
    WHERE NOT EXISTS (SELECT FROM repository_blobs rb WHERE rb.tenant_id = g.tenant_id AND rb.digest = g.digest)
      AND NOT EXISTS (SELECT FROM assets a WHERE a.tenant_id = g.tenant_id AND a.blob_digest = g.digest)
    GROUP BY g.tenant_id
    ON CONFLICT (tenant_id, run_id) DO UPDATE SET
      blobs = cleanup_shares.blobs + excluded.blobs, bytes = cleanup_shares.bytes + excluded.bytes`;
}
