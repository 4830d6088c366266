import { LateWrites } from "#lib/db/index.ts";
import { newId } from "../ids.ts";
import { useByDaySql } from "./use-by-day.ts";

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

// The later of two batches says the tag: workers write in any order.
const BY_ACTOR = `
          INSERT INTO pulled_by (repository_id, digest, actor, tenant_id, product_id, member_id, tag, first_at, last_at, pulls)
          SELECT repository_id, digest, actor, tenant_id, product_id,
            (array_agg(member_id ORDER BY at DESC) FILTER (WHERE member_id IS NOT NULL))[1],
            (array_agg(tag ORDER BY at DESC) FILTER (WHERE tag IS NOT NULL))[1], min(at), max(at), count(*)
          FROM pulled GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3
          ON CONFLICT (repository_id, digest, actor) DO UPDATE SET pulls = pulled_by.pulls + EXCLUDED.pulls,
            first_at = least(pulled_by.first_at, EXCLUDED.first_at), last_at = greatest(pulled_by.last_at, EXCLUDED.last_at),
            member_id = coalesce(EXCLUDED.member_id, pulled_by.member_id),
            tag = CASE WHEN EXCLUDED.last_at >= pulled_by.last_at THEN coalesce(EXCLUDED.tag, pulled_by.tag)
              ELSE coalesce(pulled_by.tag, EXCLUDED.tag) END`;

const pulls = () =>
  LateWrites.of<Pull & { id: string; at: Date }>({
    name: "pulls",
    table: "pull_events",
    columns: ["id", "at", "tenantId", "productId", "repositoryId", "digest", "tag", "actor", "memberId"],
    // What is written twice is counted once; rows in order, so that two workers don't wait for each other.
    insert: {
      name: "insert_pulls",
      text: `
        WITH pulled AS (
          INSERT INTO pull_events (id, at, tenant_id, product_id, repository_id, digest, tag, actor, member_id)
          SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
            $8::text[], $9::uuid[]) ON CONFLICT DO NOTHING
          RETURNING at, (at AT TIME ZONE 'UTC')::date AS day, tenant_id, product_id, repository_id, digest, tag, actor, member_id
        ), by_actor AS (${BY_ACTOR}), ${useByDaySql("pulled", "pulls")}
        INSERT INTO pull_days (repository_id, day, digest, tag, tenant_id, pulls, last_pulled_at)
        SELECT repository_id, day, digest, coalesce(tag, ''), tenant_id, count(*), max(at) FROM pulled
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4
        ON CONFLICT (repository_id, day, digest, tag) DO UPDATE SET pulls = pull_days.pulls + EXCLUDED.pulls,
          last_pulled_at = greatest(pull_days.last_pulled_at, EXCLUDED.last_pulled_at)`,
    },
  });

/** Counts a pull, off the request's path. */
export function notePull(pull: Pull, at = new Date()): void {
  pulls().add({ ...pull, id: newId(), at });
}

/** Writes the pulls that wait. */
export function flushPulls(): Promise<void> {
  return pulls().flush();
}
