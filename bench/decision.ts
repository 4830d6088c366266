import { rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { applyMigrations, startEmbeddedPostgres } from "#lib/db/index.ts";
import { DECISION_STATEMENTS } from "#lib/entitlements/index.ts";
import { fillManyMembers, type Scale } from "./many-members.ts";

const WORK = path.resolve(import.meta.dirname, "../.test/bench-decision");
// The database is thrown away: a crash need not leave it whole.
const SETTINGS = ["fsync=off", "full_page_writes=off", "max_wal_size=4GB", "maintenance_work_mem=256MB"];
const DECISIONS = 1000;

/** What a decision costs the database where a tenant is large: its plans, and the time of random ones. */
export async function benchDecision(scale: Scale): Promise<void> {
  rmSync(WORK, { recursive: true, force: true });
  const server = await startEmbeddedPostgres({ dir: path.join(WORK, "postgres"), settings: SETTINGS });
  try {
    await applyMigrations(server.url);
    // As lib/db/pool.ts sets it: planned once, not for each value.
    const options = "-c plan_cache_mode=force_generic_plan";
    const client = new pg.Client({ connectionString: server.url, options });
    await client.connect();
    const rows = scale.members * scale.grantsPerMember;
    console.log(`${scale.members} members, ${scale.products} products, ${rows} rows of the ledger: filling …`);
    const began = Date.now();
    await fillManyMembers(client, scale);
    console.log(`filled in ${Math.round((Date.now() - began) / 1000)} s\n`);
    await measure(client);
    await client.end();
  } finally {
    await server.stop();
    rmSync(WORK, { recursive: true, force: true });
  }
}

type Asked = [token: string, tenant: string, product: string, slug: string];

async function measure(client: pg.Client): Promise<void> {
  const { findPlace, findCaller } = DECISION_STATEMENTS;
  await client.query(`PREPARE where_asked (text, text, text) AS ${findPlace.text}`);
  await client.query(`PREPARE who_asks (uuid, uuid, uuid, uuid) AS ${findCaller.text}`);
  const asked = await randomDecisions(client);
  const callerOf = ([token, tenant, product]: Asked) => `who_asks('${token}', NULL, '${tenant}', '${product}')`;
  const placeOf = ([, , , slug]: Asked) => `where_asked('large', '${slug}', 'large/${slug}')`;
  const [first] = asked;
  if (!first) throw new Error("there is nobody to decide about");
  for (const [title, call] of [
    ["Where: read once for a repository, then kept while it holds (docs/adr/0011)", placeOf(first)],
    ["Who: one statement a decision", callerOf(first)],
  ] as const) {
    console.log(`${title}\n`);
    const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS) EXECUTE ${call}`);
    for (const row of rows) console.log(`  ${row["QUERY PLAN"]}`);
    console.log("");
  }
  console.log(`${DECISIONS} random decisions, database time (planning and execution, as EXPLAIN ANALYZE says):`);
  console.log(`  where   ${await timed(client, asked.map(placeOf))}`);
  console.log(`  who     ${await timed(client, asked.map(callerOf))}`);
  console.log(`  who, with the way there and back: ${await roundTrips(client, asked)}`);
}

async function randomDecisions(client: pg.Client): Promise<Asked[]> {
  const { rows } = await client.query(
    `SELECT a.id AS token, p.tenant_id AS tenant, p.id AS product, p.slug
     FROM (SELECT id, row_number() OVER () AS n FROM access_tokens ORDER BY random() LIMIT $1) a
     JOIN (SELECT *, row_number() OVER (ORDER BY random()) AS n FROM products) p
       ON p.n = 1 + a.n % (SELECT count(*) FROM products)`,
    [DECISIONS],
  );
  return rows.map(({ token, tenant, product, slug }) => [token, tenant, product, slug]);
}

async function timed(client: pg.Client, calls: readonly string[]): Promise<string> {
  const times: number[] = [];
  for (const call of calls) {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE ${call}`);
    const [plan] = rows[0]["QUERY PLAN"];
    times.push(plan["Execution Time"] + plan["Planning Time"]);
  }
  return inWords(times);
}

async function roundTrips(client: pg.Client, asked: readonly Asked[]): Promise<string> {
  const { findCaller } = DECISION_STATEMENTS;
  const times: number[] = [];
  for (const [token, tenant, product] of asked) {
    const began = performance.now();
    await client.query({ ...findCaller, values: [token, null, tenant, product] });
    times.push(performance.now() - began);
  }
  return inWords(times);
}

function inWords(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(3);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`;
}
