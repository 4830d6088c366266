import { type Backup, db } from "#lib/db/index.ts";
import type { Fixture } from "#lib/testing/index.ts";
import { type RestoreReport, RestoreWanted, restore } from "./index.ts";
import { type BackupKey, makeKey, openKey } from "./key.ts";

export const PASSPHRASE = "four words nobody guesses";

type Wanted = Partial<Parameters<typeof RestoreWanted.parse>[0] & object>;

/** Looks at a restore. */
export async function look(t: Fixture, backup: Backup, wanted: Wanted = {}): Promise<RestoreReport> {
  return restore(t.ctx, { ...(await opened(backup)), wanted: asked(backup, wanted), planHash: null });
}

/** Looks, and then does it. */
export async function lookAndDo(t: Fixture, backup: Backup, wanted: Wanted = {}): Promise<RestoreReport> {
  const { planHash } = await look(t, backup, wanted);
  return restore(t.ctx, { ...(await opened(backup)), wanted: asked(backup, wanted), planHash });
}

const identities = new Map<string, Promise<string>>();

export async function opened(backup: Backup) {
  const { keyEncrypted } = backup;
  const identity = identities.get(keyEncrypted) ?? openKey(backup, PASSPHRASE);
  identities.set(keyEncrypted, identity);
  return { backup, opener: { identity: await identity } };
}

let key: Promise<BackupKey> | null = null;

/** Sets the passphrase as its verb does, without the work that makes it slow to guess. */
export async function withPassphrase(t: Fixture): Promise<void> {
  key ??= makeKey(PASSPHRASE);
  await db().backupSettings.create({ data: { tenantId: t.tenant.id, ...(await key) } });
}

export function asked(backup: Backup, wanted: Wanted) {
  return RestoreWanted.parse({ backupId: backup.id, ...wanted });
}

/** How many rows of a table were added, changed and removed. */
export function countsOf(report: RestoreReport, table: string): [number, number, number] {
  const { added = 0, changed = 0, removed = 0 } = report.tables.find((row) => row.table === table) ?? {};
  return [added, changed, removed];
}
