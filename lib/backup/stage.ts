import { isDatabaseAway, joinSql, nameSql, type Sql, sql, type Tx } from "#lib/db/index.ts";
import { damaged } from "./archive-reader.ts";
import type { TableSpec } from "./tables.ts";

/** The rows of a backup beside those of today: a temporary table each, gone with the transaction. */
export function stageOf({ table }: Pick<TableSpec, "table">): Sql {
  return nameSql(`stage_${table}`);
}

/** A UUIDv7, as lib/ids.ts makes it. */
export const NEW_ID = sql`(overlay(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') PLACING '-' FROM 9 FOR 0)
  || '-7' || substr(gen_random_uuid()::text, 16))::uuid`;

/** Prepares the transaction for a restore, and makes an empty table for each that it takes rows from. */
export async function makeStage(tx: Tx, specs: readonly TableSpec[]): Promise<void> {
  // A tenant may hold more than a request's time limits (lib/db/pool.ts) are made for, and reading the file takes its time.
  await tx.$executeRaw`SET LOCAL statement_timeout = '10min'`;
  await tx.$executeRaw`SET LOCAL idle_in_transaction_session_timeout = '10min'`;
  await tx.$executeRaw`SET LOCAL TIME ZONE 'UTC'`;
  // Plans are made for what is there when they are needed: these tables are empty now.
  await tx.$executeRaw`SET LOCAL plan_cache_mode = 'force_custom_plan'`;
  for (const spec of specs) {
    const columns = spec.columns ? joinSql(spec.columns.map(nameSql)) : sql`*`;
    await tx.$executeRaw`CREATE TEMP TABLE ${stageOf(spec)} ON COMMIT DROP AS
      SELECT ${columns} FROM ${nameSql(spec.table)} WITH NO DATA`;
  }
  await tx.$executeRaw`CREATE TEMP TABLE stage_ids (old uuid PRIMARY KEY, new uuid NOT NULL) ON COMMIT DROP`;
}

/** Takes up JSON Lines as they stand in the backup: PostgreSQL reads what it wrote. */
export async function stageRows(tx: Tx, spec: TableSpec, lines: Buffer): Promise<void> {
  const json = `[${lines.toString("utf8").trimEnd().replaceAll("\n", ",")}]`;
  const stage = stageOf(spec);
  await tx.$executeRaw`INSERT INTO ${stage} SELECT * FROM jsonb_populate_recordset(NULL::${stage}, ${json}::jsonb)`.catch(
    (cause: Error) => {
      throw isDatabaseAway(cause) ? cause : damaged(cause, `its ${spec.table.replaceAll("_", " ")} can't be read`);
    },
  );
}

/** Tells the planner how much there is. */
export async function analyzeStage(tx: Tx, specs: readonly TableSpec[]): Promise<void> {
  for (const spec of specs) await tx.$executeRaw`ANALYZE ${stageOf(spec)}`;
}

/** Whether the row `c` of the tenant's is the staged row `s`: by its id, where there is one. */
export function sameRow(spec: TableSpec, tenantId: string): Sql {
  if (spec.table === "tenants") return sql`c.id = s.id`;
  if (hasId(spec)) return sql`c.tenant_id = ${tenantId}::uuid AND c.id = s.id`;
  return sql`c.tenant_id = ${tenantId}::uuid AND ${sameKey(spec)}`;
}

/** Whether both have the same key. */
export function sameKey({ key }: TableSpec): Sql {
  return joinSql(
    key.map((column) => sql`c.${nameSql(column)} = s.${nameSql(column)}`),
    " AND ",
  );
}

const WITHOUT_ID = new Set([
  "group_members",
  "group_products",
  "manifest_references",
  "repository_blobs",
  "release_images",
  "recalled_images",
  "deleted_versions",
  "pull_days",
  "pulled_by",
  "download_days",
  "downloaded_by",
  "product_days",
  "member_days",
]);

export function hasId({ table }: TableSpec): boolean {
  return !WITHOUT_ID.has(table);
}

/** The columns that refer to others, without the mark of those that may be gone. */
export function refsOf({ refs }: TableSpec): { column: string; other: string; loose: boolean }[] {
  return Object.entries(refs ?? {}).map(([name, other]) => ({
    column: name.replace("?", ""),
    other,
    loose: name.endsWith("?"),
  }));
}
