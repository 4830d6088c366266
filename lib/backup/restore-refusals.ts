import type { Tx } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import type { Manifest } from "./manifest.ts";
import type { TableSpec } from "./tables.ts";

interface Read {
  manifest: Manifest;
  /** Whether this instance wrote it. */
  ours: boolean;
  tenantId: string;
  specs: readonly TableSpec[];
}

/** Refuses what must not be laid over a tenant's rows, or can't be. @throws conflict */
export async function refuseStrange(tx: Tx, { manifest, ours, tenantId, specs }: Read): Promise<void> {
  if (!ours) {
    throw conflict("This file was not written by this instance, or the instance's key is another one now.", {
      reason: "backup_not_ours",
    });
  }
  if (manifest.tenant?.id !== tenantId) {
    throw conflict(`This is a backup of ${manifest.tenant ? `the workspace ${manifest.tenant.slug}` : "an instance"}.`);
  }
  await refuseNewer(tx, manifest);
  if (specs.some(({ table }) => table === "audit_events")) await refuseBrokenLog(tx);
}

/** Refuses a backup with tables or columns that this version does not know. @throws conflict */
async function refuseNewer(tx: Tx, manifest: Manifest): Promise<void> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
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
