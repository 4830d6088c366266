import { pool } from "#lib/db/index.ts";

/** What a tenant's tables hold, by table: how many rows, and a hash over all their columns. */
export type Snapshot = Record<string, { rows: number; hash: string }>;

// Written by refusals and by reads: not part of "nothing changed".
const APART = [
  "audit_events",
  "directory_requests",
  "pull_days",
  "pulled_by",
  "download_days",
  "downloaded_by",
  "product_days",
  "member_days",
];

let tables: Promise<string[]> | undefined;

/** Every row of the tenant in every table but the audit log: equal before and after means that nothing changed. */
export async function snapshot(tenantId: string): Promise<Snapshot> {
  tables ??= tablesOfTenants();
  const hashes = (await tables).map(async (name) => [name, await hashOf(name, "tenant_id", tenantId)] as const);
  const own = hashOf("tenants", "id", tenantId).then((hash) => ["tenants", hash] as const);
  return Object.fromEntries(await Promise.all([own, ...hashes]));
}

// Once a process: the schema stays as it is, and the view takes longer than all hashes.
async function tablesOfTenants(): Promise<string[]> {
  const { rows } = await pool().query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'tenant_id' AND table_name <> ALL($1)
       AND table_name !~ '^(pull|download)_events' ORDER BY table_name`,
    [APART],
  );
  return rows.map(({ name }) => name);
}

async function hashOf(table: string, column: string, tenantId: string): Promise<{ rows: number; hash: string }> {
  const { rows } = await pool().query<{ rows: number; hash: string }>(
    `SELECT count(*)::int AS rows, md5(coalesce(string_agg(t.content, E'\\n' ORDER BY t.content), '')) AS hash
     FROM (SELECT (to_jsonb(r) - 'last_used_at' - 'last_used_address')::text AS content FROM ${table} r WHERE r.${column} = $1) t`,
    [tenantId],
  );
  return rows[0] ?? { rows: 0, hash: "" };
}
