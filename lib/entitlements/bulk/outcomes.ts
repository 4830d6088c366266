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
  /** Of a grant: the row by hand that nobody ended yet, whose place another may take. */
  oldId: string | null;
  /** From when that holds, where its time is not over: the other one keeps that. */
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
      ${end} AS "expiresAt", hand.id AS "oldId",
      CASE WHEN hand.holds THEN hand.starts_at END AS "startsAt", coalesce(i.problem, CASE WHEN i.outcome <> 'bad' THEN NULL
        WHEN ${end} <= ${now} THEN 'has an end in the past'
        WHEN hand.holds AND ${end} <= hand.starts_at THEN 'has an end before the first day of the grant' END) AS problem,
      coalesce(i.outcome, CASE WHEN i.problem IS NOT NULL THEN 'bad' WHEN i.member_id IS NULL THEN 'unknown'
        ${outcome} END) AS outcome
    FROM bulk_items i
    LEFT JOIN members m ON m.id = i.member_id
    LEFT JOIN products p ON p.id = ${change.productId}::uuid
    LEFT JOIN LATERAL (SELECT e.id, e.starts_at, e.expires_at,
        (e.expires_at IS NULL OR e.expires_at > ${now}) AS holds FROM entitlements e
      WHERE e.member_id = i.member_id AND e.product_id = p.id AND e.source IN ('admin', ${second(change)})
        AND e.revoked_at IS NULL ORDER BY holds DESC LIMIT 1) hand ON true
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
  return sql`WHEN ${end} <= ${now} OR (hand.holds AND ${end} <= hand.starts_at) THEN 'bad'
    WHEN hand.holds IS NOT TRUE AND m.suspended_at IS NOT NULL THEN 'suspended' WHEN hand.holds IS NOT TRUE THEN 'gains' WHEN ${end} IS DISTINCT FROM hand.expires_at AND ${end} IS NOT NULL THEN 'changes'
    ELSE 'has'`;
}

const REVOKE = sql`WHEN hand.holds IS NOT TRUE THEN 'nothing'
  WHEN elsewhere.id IS NOT NULL OR (NOT p.requires_entitlement AND p.visibility = 'listed') THEN 'keeps' ELSE 'loses'`;
