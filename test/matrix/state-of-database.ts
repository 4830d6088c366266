import { pool } from "#lib/db/index.ts";

// Written by reads and refusals, or by the server in passing.
const APART = [
  ...[
    "audit_events",
    "pull_events",
    "pull_days",
    "pulled_by",
    "product_days",
    "member_days",
    "rate_limits",
    "_prisma_migrations",
  ],
  ...["download_events", "download_days", "downloaded_by", "cleanup_runs", "cleanup_shares", "stripe_rereads"],
];
const PASSING = ["last_used_at", "last_used_address", "last_seen_at"];

interface Watched {
  /** The statement that hashes a table. */
  statements: ReadonlyMap<string, string>;
  /** What each came to when it was last written to. */
  hashes: Map<string, string>;
}

let watched: Promise<Watched> | undefined;

/**
 * Every table but those, by how many rows it has and the sum of their hashes: equal before and after means that nothing
 * changed. A table is read again only where a transaction that wrote to it has committed since: thousands of cells ask.
 * One call at a time.
 */
export async function stateOfDatabase(): Promise<string> {
  watched ??= watch();
  const { statements, hashes } = await watched;
  const { rows: written } = await pool().query<{ name: string }>("DELETE FROM watch.writes RETURNING name");
  // Only what committed is told of, and what commits from here on is told of the next time.
  const stale = [...statements].filter(([name]) => !hashes.has(name) || written.some((write) => write.name === name));
  if (stale.length > 0) {
    const sql = stale.map(([, statement]) => statement).join(" UNION ALL ");
    const { rows } = await pool().query<{ name: string; state: string }>(sql);
    for (const { name, state } of rows) hashes.set(name, state);
  }
  return [...statements.keys()].map((name) => `${name} ${hashes.get(name)}`).join("\n");
}

async function watch(): Promise<Watched> {
  const { rows: tables } = await pool().query<{ name: string; passing: string[] }>(
    `SELECT c.relname AS name, array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attname = ANY($1)) AS passing
     FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> ALL($2) ORDER BY 1`,
    [PASSING, APART],
  );
  await pool().query(prepareFor(tables.map(({ name }) => name)));
  return { statements: new Map(tables.map(({ name, passing }) => [name, hashOf(name, passing)])), hashes: new Map() };
}

// Beside the tables and not among them. A row a statement, in its transaction: nobody waits for anybody.
function prepareFor(tables: readonly string[]): string {
  const events = "AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE";
  return `
    CREATE SCHEMA IF NOT EXISTS watch;
    CREATE UNLOGGED TABLE IF NOT EXISTS watch.writes (name text NOT NULL);
    CREATE OR REPLACE FUNCTION watch.tell() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO watch.writes VALUES (TG_TABLE_NAME); RETURN NULL; END';
    -- What the clock does is nobody's asking: housekeeping forgets links that have ended, at seven past.
    DO $$ BEGIN IF to_regclass('pgboss.schedule') IS NOT NULL THEN DELETE FROM pgboss.schedule; END IF; END $$;
    ${tables.map((name) => `CREATE OR REPLACE TRIGGER watch ${events} ON ${name} EXECUTE FUNCTION watch.tell();`).join("\n")}`;
}

function hashOf(name: string, passing: readonly string[]): string {
  // Turning rows into JSON costs the most: only where a column must be left out.
  const content = passing.length === 0 ? "r" : `(to_jsonb(r) ${passing.map((column) => `- '${column}'`).join(" ")})`;
  return `SELECT '${name}' AS name, count(*) || ' ' || coalesce(sum(hashtextextended(${content}::text, 0)), 0) AS state FROM ${name} r`;
}
