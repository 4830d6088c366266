import { type BulkChange, noSql, type Sql, sql } from "#lib/db/index.ts";
import { activeSql } from "../access-sql.ts";

/**
 * What becomes of a line. Of a grant: `gains` a row; is `suspended` and gains one that opens nothing until that is over;
 * `changes` its end; `has` it already. Of a revoke: `loses` it; `keeps` access by another source, or since the product is
 * open; has `nothing` by hand. Of both: `unknown`, nobody here; `bad`, can't be used.
 */
export const OUTCOMES = [
  "gains",
  "suspended",
  "changes",
  "has",
  "loses",
  "keeps",
  "nothing",
  "unknown",
  "bad",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Line {
  line: number;
  email: string;
  memberId: string | null;
  reason: string;
  expiresAt: Date | null;
  problem: string | null;
  outcome: Outcome;
  /** From when the row by hand holds that stands, of a grant: one that takes its place keeps that. */
  startsAt: Date | null;
}

/**
 * The lines of a change with what would become of them now; of those that are done, with what did. One rule for the preview
 * and for the doing.
 */
export function linesSql(change: BulkChange, now: Date, range: Sql = noSql): Sql {
  const end = sql`coalesce(i.expires_at, ${change.expiresAt}::timestamptz)`;
  const outcome = change.kind === "grant" ? grantSql(end, now) : REVOKE;
  return sql`
    SELECT i.line, i.email, i.member_id AS "memberId", coalesce(nullif(i.reason, ''), ${change.reason}) AS reason,
      ${end} AS "expiresAt", hand.starts_at AS "startsAt", coalesce(i.problem, CASE WHEN i.outcome <> 'bad' THEN NULL
        WHEN ${end} <= ${now} THEN 'has an end in the past'
        WHEN ${end} <= hand.starts_at THEN 'has an end before the first day of the grant' END) AS problem,
      coalesce(i.outcome, CASE WHEN i.problem IS NOT NULL THEN 'bad' WHEN i.member_id IS NULL THEN 'unknown'
        ${outcome} END) AS outcome
    FROM bulk_items i
    LEFT JOIN members m ON m.id = i.member_id
    LEFT JOIN products p ON p.id = ${change.productId}::uuid
    LEFT JOIN LATERAL (SELECT e.id, e.starts_at, e.expires_at FROM entitlements e
      WHERE e.member_id = i.member_id AND e.product_id = p.id AND e.source IN ('admin', ${second(change)})
        AND e.revoked_at IS NULL AND (e.expires_at IS NULL OR e.expires_at > ${now}) LIMIT 1) hand ON true
    LEFT JOIN LATERAL (SELECT e.id FROM entitlements e
      WHERE e.member_id = i.member_id AND e.product_id = p.id AND e.source IN ('stripe', 'group')
        AND ${activeSql({ now })} LIMIT 1) elsewhere ON true
    WHERE i.bulk_id = ${change.id}::uuid ${range}`;
}

// A revoke ends what a person gave or kept; a grant looks at its own kind alone.
function second({ kind }: BulkChange): Sql {
  return kind === "revoke" ? sql`'backfill'` : sql`'admin'`;
}

function grantSql(end: Sql, now: Date): Sql {
  return sql`WHEN ${end} <= ${now} OR ${end} <= hand.starts_at THEN 'bad' WHEN hand.id IS NULL AND m.suspended_at IS NOT NULL THEN 'suspended'
    WHEN hand.id IS NULL THEN 'gains' WHEN ${end} IS DISTINCT FROM hand.expires_at AND ${end} IS NOT NULL THEN 'changes'
    ELSE 'has'`;
}

const REVOKE = sql`WHEN hand.id IS NULL THEN 'nothing'
  WHEN elsewhere.id IS NOT NULL OR (NOT p.requires_entitlement AND p.visibility = 'listed') THEN 'keeps' ELSE 'loses'`;
