import type { Backup, Tx } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import type { Manifest } from "./manifest.ts";
import type { TableSpec } from "./tables.ts";
import { refuseCrafted, refuseForeign, type Trust } from "./trust.ts";

interface Read {
  manifest: Manifest;
  /** Whether this instance wrote it. */
  sealed: boolean;
  backup: Pick<Backup, "origin" | "tenantId">;
  into: boolean;
  specs: readonly TableSpec[];
}

/** Refuses what must not be laid over a tenant's rows, or can't be. @throws conflict */
export async function refuseStrange(tx: Tx, { backup, specs, ...read }: Read): Promise<Trust> {
  const trust = refuseForeign(backup, read);
  await refuseNewer(tx, read.manifest);
  const tables = new Set(specs.map(({ table }) => table));
  if (!trust.sealed) await refuseCrafted(tx, read.manifest, tables);
  if (tables.has("audit_events")) await refuseBrokenLog(tx);
  return trust;
}

/** Refuses a backup with tables or columns that this version does not know. @throws conflict */
export async function refuseNewer(db: Tx, manifest: Manifest): Promise<void> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`;
  const known = new Set(rows.map(({ name }) => name));
  const named = Object.entries(manifest.tables).flatMap(([table, { columns }]) =>
    columns.map((column) => `${table}.${column}`),
  );
  const strange = named.find((name) => !known.has(name));
  if (!strange) return;
  const words = `This backup was made by another version: it has ${strange}, which this one does not know.`;
  throw conflict(`${words} Upgrade first, then restore.`, { reason: "backup_schema" });
}

/** Refuses a log whose chain does not hold as it was read. @throws conflict */
async function refuseBrokenLog(tx: Tx): Promise<void> {
  const broken = await tx.$queryRaw<{ seq: bigint }[]>`
    SELECT seq FROM (SELECT e.seq, e.hash, e.prev_hash,
        lag(e.hash, 1, '') OVER (ORDER BY e.seq) AS before,
        audit_hash(jsonb_populate_record(NULL::audit_events, to_jsonb(e))) AS made
      FROM stage_audit_events e) chain WHERE hash <> made OR prev_hash <> before ORDER BY seq LIMIT 1`;
  if (broken.length === 0) return;
  throw conflict(`The audit log in this backup does not hold together at entry ${broken[0]?.seq}.`, {
    reason: "backup_log",
  });
}
