import type { Readable } from "node:stream";
import { asOne, joinSql, nameSql, query, sql, type Tx } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import { type Archive, writeArchive } from "./archive-writer.ts";
import type { Manifest } from "./manifest.ts";
import { readBackup } from "./read-backup.ts";
import { storeBlob } from "./restore-blobs.ts";
import { type TableToRead, type Wanted, writeBackup } from "./write-backup.ts";

/** Counters of minutes, and what the migrations keep of themselves. */
const LEFT_OUT = ["rate_limits", "_prisma_migrations"];

/** Tables by month: a month's own must be there before its rows. */
const BY_MONTH = new Set(["pull_events", "download_events"]);

/**
 * The whole instance as one archive that a passphrase opens, while it serves: every table in one snapshot, and the bytes of all
 * blobs where they are asked for. Without them the store is copied afterwards: a blob without a row does no harm.
 */
export async function backUpInstance(
  asked: { passphrase: string; withBytes: boolean },
  watch: Pick<Wanted, "onProgress"> = {},
): Promise<Archive> {
  const tables = await query((db) => tablesInOrder(db));
  const wanted = { tenant: null, tables, withBytes: asked.withBytes, now: new Date(), ...watch };
  return writeArchive({ passphrase: asked.passphrase }, async (to) => {
    await writeBackup(to, wanted);
  });
}

interface Key {
  table: string;
  other: string;
}

/** Every table, what is referred to before what refers to it. */
async function tablesInOrder(db: Tx): Promise<TableToRead[]> {
  const tables = await db.$queryRaw<{ name: string }[]>`SELECT relname::text AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND NOT (relname::text = ANY(${LEFT_OUT})) ORDER BY 1`;
  const keys = await db.$queryRaw<Key[]>`SELECT conrelid::regclass::text AS table, confrelid::regclass::text AS other
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid`;
  const order: string[] = [];
  const visit = (name: string) => {
    if (order.includes(name)) return;
    for (const { other } of keys.filter(({ table }) => table === name)) visit(other);
    order.push(name);
  };
  for (const { name } of tables) visit(name);
  // A file that signs another one comes after it: keys are checked at the end of each statement.
  return order.map((table) => ({
    table,
    ...(table === "manifests" && { fetchRows: 20 }),
    ...(table === "assets" && { order: "signs_id NULLS FIRST" }),
    ...(table === "audit_events" && { order: "tenant_id NULLS FIRST, seq" }),
  }));
}

/**
 * Restores the whole instance into an empty database of the same version, in one transaction; bytes go into the store first.
 * Whatever is sealed with the instance's key needs the same PURSER_SECRET. `open` is called twice: the file is read twice.
 * @throws conflict where the database is not empty, of another version, or the file is damaged; invalid for another passphrase
 */
export async function restoreInstance(open: () => Readable, { passphrase }: { passphrase: string }): Promise<Manifest> {
  await query(refuseFull);
  const keys = new Map<string, string>();
  await readBackup(
    open(),
    { passphrase },
    {
      manifest: async (manifest) => {
        await query((db) => refuseOther(db, manifest));
        return !manifest.withBytes;
      },
      blob: async (blob, body) => void keys.set(blob.digest, await storeBlob(blob, body)),
    },
  );
  return asOne(async (tx) => {
    await refuseFull(tx);
    const manifest = await writeRows(tx, open(), passphrase);
    await tx.$executeRaw`UPDATE blobs b SET storage_key = k.key
      FROM unnest(${[...keys.keys()]}::text[], ${[...keys.values()]}::text[]) k (digest, key) WHERE k.digest = b.digest`;
    return manifest;
  });
}

async function writeRows(tx: Tx, source: Readable, passphrase: string): Promise<Manifest> {
  await tx.$executeRaw`SET LOCAL statement_timeout = '10min'`;
  await tx.$executeRaw`SET LOCAL idle_in_transaction_session_timeout = '10min'`;
  await tx.$executeRaw`SET LOCAL TIME ZONE 'UTC'`;
  // Rows come as they were: the log is not chained anew, and nothing is counted twice.
  const quiet = new Set<string>();
  const manifest = await readBackup(
    source,
    { passphrase },
    {
      rows: async (table, lines) => {
        if (!quiet.has(table)) await tx.$executeRaw`ALTER TABLE ${nameSql(table)} DISABLE TRIGGER USER`;
        quiet.add(table);
        await insertLines(tx, table, lines);
      },
      manifest: async () => true,
    },
  );
  // Keys that wait for the end are checked now: a table with checks to come can't be changed.
  await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`;
  for (const table of quiet) await tx.$executeRaw`ALTER TABLE ${nameSql(table)} ENABLE TRIGGER USER`;
  return manifest;
}

async function insertLines(tx: Tx, table: string, lines: Buffer): Promise<void> {
  const json = `[${lines.toString("utf8").trimEnd().replaceAll("\n", ",")}]`;
  const name = nameSql(table);
  if (BY_MONTH.has(table)) {
    await tx.$queryRaw`SELECT ensure_month(${table}, month)::text FROM (
      SELECT DISTINCT date_trunc('month', (r->>'at')::timestamptz)::date AS month FROM jsonb_array_elements(${json}::jsonb) r) m`;
  }
  const columns = await tx.$queryRaw<{ name: string }[]>`SELECT attname::text AS name FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`;
  const list = joinSql(columns.map((column) => nameSql(column.name)));
  await tx.$executeRaw`INSERT INTO ${name} (${list}) SELECT ${list} FROM jsonb_populate_recordset(NULL::${name}, ${json}::jsonb)`;
}

async function refuseFull(db: Tx): Promise<void> {
  const [found] = await db.$queryRaw<{ full: boolean }[]>`
    SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM tenants) OR EXISTS (SELECT FROM blobs) AS full`;
  if (found?.full) throw conflict("This database is not empty: an instance is restored into a new one alone.");
}

async function refuseOther(db: Tx, manifest: Manifest): Promise<void> {
  if (manifest.tenant) throw conflict(`This is a backup of the workspace ${manifest.tenant.slug}, not of an instance.`);
  const [here] = await db.$queryRaw<{ name: string }[]>(
    sql`SELECT max(migration_name) AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL`,
  );
  if (here?.name === manifest.schema) return;
  const words = `It was made by the version whose last migration is ${manifest.schema}; this one's is ${here?.name}.`;
  throw conflict(`${words} Restore it with that version, then upgrade.`);
}
