import { LateWrites } from "#lib/db/index.ts";
import { newId } from "../ids.ts";

export interface Pull {
  tenantId: string;
  productId: string;
  repositoryId: string;
  digest: string;
  /** Null where it was pulled by digest. */
  tag: string | null;
  actor: string;
  memberId: string | null;
}

const pulls = () =>
  LateWrites.of<Pull & { id: string; at: Date }>({
    name: "pulls",
    table: "pull_events",
    columns: ["id", "at", "tenantId", "productId", "repositoryId", "digest", "tag", "actor", "memberId"],
    // What is written twice is counted once; days in order, so that two workers don't wait for each other.
    insert: {
      name: "insert_pulls",
      text: `
        WITH pulled AS (
          INSERT INTO pull_events (id, at, tenant_id, product_id, repository_id, digest, tag, actor, member_id)
          SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
            $8::text[], $9::uuid[]) ON CONFLICT DO NOTHING
          RETURNING repository_id, (at AT TIME ZONE 'UTC')::date AS day, digest, coalesce(tag, '') AS tag, tenant_id, at
        )
        INSERT INTO pull_days (repository_id, day, digest, tag, tenant_id, pulls, last_pulled_at)
        SELECT repository_id, day, digest, tag, tenant_id, count(*), max(at) FROM pulled
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4
        ON CONFLICT (repository_id, day, digest, tag) DO UPDATE SET pulls = pull_days.pulls + EXCLUDED.pulls,
          last_pulled_at = greatest(pull_days.last_pulled_at, EXCLUDED.last_pulled_at)`,
    },
  });

/** Counts a pull, off the request's path. */
export function notePull(pull: Pull): void {
  pulls().add({ ...pull, id: newId(), at: new Date() });
}

/** Writes the pulls that wait. */
export function flushPulls(): Promise<void> {
  return pulls().flush();
}
