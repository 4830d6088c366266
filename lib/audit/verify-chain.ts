import { pool } from "#lib/db/index.ts";

/**
 * Recomputes the hash chain of a tenant's log in the database.
 * @returns the first `seq` that does not follow from the one before it, or null where the whole chain holds
 */
export async function findBrokenLink(tenantId: string): Promise<number | null> {
  const { rows } = await pool().query<{ seq: string }>(
    `SELECT seq FROM (
       SELECT e.seq, e.hash, audit_hash(e) AS expected, e.prev_hash,
              coalesce(lag(e.hash) OVER (ORDER BY e.seq), '') AS previous,
              row_number() OVER (ORDER BY e.seq) AS place
       FROM audit_events e WHERE e.tenant_id = $1
     ) links
     WHERE hash <> expected OR prev_hash <> previous OR seq <> place ORDER BY seq LIMIT 1`,
    [tenantId],
  );
  return rows[0] ? Number(rows[0].seq) : null;
}
