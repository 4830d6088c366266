import { queryPrepared, type Statement } from "#lib/db/index.ts";
import { newId } from "../ids.ts";
import { log } from "../log.ts";
import { processGlobal } from "../process-global.ts";

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

const FLUSH_MS = 1000;
/** So many are written at once, before their second is over. */
const FLUSH_ROWS = 2000;
const WAITING_MAX = 10_000;

const waiting = processGlobal("pulls", () => ({
  rows: [] as (Pull & { id: string; at: Date })[],
  timer: null as unknown,
  /** The last try to write failed: the timer alone tries again. */
  held: false,
}));

/** Counts a pull, off the request's path: written by the second, at most `WAITING_MAX` waiting while the database is away. */
export function notePull(pull: Pull): void {
  if (waiting.rows.length >= WAITING_MAX) waiting.rows.shift();
  waiting.rows.push({ ...pull, id: newId(), at: new Date() });
  waiting.timer ??= setTimeout(() => void flushPulls(), FLUSH_MS).unref();
  if (waiting.rows.length >= FLUSH_ROWS && !waiting.held) void flushPulls();
}

// The months of the pulls themselves, in UTC: a row that went to the default partition would bar its month's own for good.
const ENSURE_MONTHS: Statement = {
  name: "ensure_pull_months",
  text: "SELECT ensure_pull_month(month) FROM unnest($1::date[]) AS month",
};

// What is written twice is counted once; days in order, so that two workers don't wait for each other.
const INSERT_PULLS: Statement = {
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
};

/** Writes what waits; called by the timer, and before the process ends. */
export async function flushPulls(): Promise<void> {
  waiting.timer = null;
  const rows = waiting.rows.splice(0);
  if (rows.length === 0) return;
  const columns = ["id", "at", "tenantId", "productId", "repositoryId", "digest", "tag", "actor", "memberId"] as const;
  try {
    const months = new Set(rows.map((row) => `${row.at.toISOString().slice(0, 7)}-01`));
    await queryPrepared(ENSURE_MONTHS, [[...months]]);
    await queryPrepared(
      INSERT_PULLS,
      columns.map((column) => rows.map((row) => row[column])),
    );
    waiting.held = false;
  } catch (error) {
    log.warn({ error: String(error), pulls: rows.length }, "pulls were not counted yet");
    waiting.held = true;
    waiting.rows.unshift(...rows.slice(0, WAITING_MAX - waiting.rows.length));
    waiting.timer ??= setTimeout(() => void flushPulls(), FLUSH_MS * 5).unref();
  }
}
