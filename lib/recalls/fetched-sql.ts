import { type Sql, sql } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { markedSql, type Thing } from "./recalled-thing.ts";

/** Who fetched something: a member of the tenant, one of its team, a robot of its, or anybody else. */
export const KINDS = ["member", "robot", "team", "other"] as const;
export type FetcherKind = (typeof KINDS)[number];

/**
 * Everybody who fetched a thing and what of it, for WITH RECURSIVE: `persons` has a row each for a person or a robot and a file or
 * an image (person, kind, label, member_id, can_be_told, thing, what, first_at, last_at, times). Somebody with several tokens is one.
 */
export function personsSql({ tenant }: Pick<Ctx, "tenant">, thing: Thing): Sql {
  return sql`${markedSql(thing)}, fetched AS (
    ${downloadsSql(tenant.id, thing)}
    SELECT 'image ' || p.repository_id || ' ' || p.digest AS thing,
      coalesce(r.name, 'an image that is gone') || coalesce(':' || p.tag, '') || '@' || left(p.digest, 19) AS what,
      p.actor, p.member_id, p.first_at, p.last_at, p.pulls AS times
    FROM marked JOIN pulled_by p ON p.repository_id = marked.repository_id AND p.digest = marked.digest
    LEFT JOIN repositories r ON r.id = p.repository_id WHERE p.tenant_id = ${tenant.id}::uuid
  ), named AS (
    SELECT f.*, a.id AS token_id, a.name AS robot, u.id AS user_id, u.email, u.email_verified_at IS NOT NULL AS proven,
      m.id AS of_member, tm.role AS role
    FROM fetched f
    LEFT JOIN access_tokens a ON a.id = CASE WHEN f.actor LIKE 'token:%' THEN substr(f.actor, 7)::uuid END
    LEFT JOIN members known ON known.id = f.member_id
    LEFT JOIN users u ON u.id = coalesce(a.user_id, CASE WHEN f.actor LIKE 'user:%' THEN substr(f.actor, 6)::uuid END,
      known.user_id)
    LEFT JOIN members m ON m.tenant_id = ${tenant.id}::uuid AND m.user_id = u.id
    LEFT JOIN tenant_memberships tm ON tm.tenant_id = ${tenant.id}::uuid AND tm.user_id = u.id
  ), persons AS (
    SELECT coalesce(user_id::text, token_id::text, actor) AS person,
      CASE WHEN of_member IS NOT NULL THEN 'member' WHEN role IS NOT NULL THEN 'team'
        WHEN token_id IS NOT NULL AND user_id IS NULL THEN 'robot' ELSE 'other' END AS kind,
      CASE WHEN email IS NOT NULL THEN email WHEN token_id IS NOT NULL THEN robot WHEN actor = 'anonymous' THEN actor
        ELSE 'somebody who is gone' END AS label,
      of_member AS member_id, of_member IS NOT NULL AND proven AS can_be_told,
      thing, (array_agg(what ORDER BY last_at DESC))[1] AS what, min(first_at) AS first_at, max(last_at) AS last_at, sum(times)::float8 AS times
    FROM named GROUP BY 1, 2, 3, 4, 5, 6
  )`;
}

// A recall of a release knows its files' names, whatever became of them.
function downloadsSql(tenantId: string, thing: Thing): Sql {
  if ("digest" in thing) return sql``;
  const [join, of] =
    "recallId" in thing
      ? [sql`JOIN recalls c ON c.release_id = d.release_id`, sql`c.id = ${thing.recallId}::uuid`]
      : [sql`LEFT JOIN recalls c ON false`, sql`d.release_id = ${thing.releaseId}::uuid`];
  return sql`SELECT 'file ' || d.asset_id AS thing,
      coalesce(a.filename, c.files ->> d.asset_id::text, 'a file that is gone') AS what,
      d.actor, d.member_id, d.first_at, d.last_at, d.downloads AS times
    FROM downloaded_by d ${join} LEFT JOIN assets a ON a.id = d.asset_id
    WHERE ${of} AND d.tenant_id = ${tenantId}::uuid UNION ALL`;
}
