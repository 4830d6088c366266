import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

export interface Puller {
  /** An address, or a robot's name. */
  label: string;
  pulls: number;
  lastAt: Date;
}

const SHOWN = 10;

/** Who has ever pulled a manifest, by how often; somebody with several tokens is one. */
export async function pullersOf(
  db: Tx,
  ctx: Pick<Ctx, "tenant">,
  { repositoryId, digest }: { repositoryId: string; digest: string },
): Promise<Puller[]> {
  return db.$queryRaw<Puller[]>`
    WITH named AS (
      SELECT p.*, CASE WHEN actor LIKE 'token:%' THEN substr(actor, 7)::uuid END AS token_id,
        CASE WHEN actor LIKE 'user:%' THEN substr(actor, 6)::uuid END AS user_id
      FROM pulled_by p WHERE p.repository_id = ${repositoryId}::uuid AND p.digest = ${digest}
    )
    SELECT coalesce(u.email, 'robot ' || a.name, CASE WHEN n.actor = 'anonymous' THEN n.actor END,
        'somebody who is gone') AS label,
      sum(n.pulls)::float8 AS pulls, max(n.last_at) AS "lastAt"
    FROM named n
    LEFT JOIN access_tokens a ON a.id = n.token_id AND (a.user_id IS NOT NULL OR a.tenant_id = ${ctx.tenant.id}::uuid)
    LEFT JOIN users u ON u.id = coalesce(a.user_id, n.user_id)
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${SHOWN}`;
}
