import { record } from "#lib/audit/index.ts";
import { type Backup, query, transaction } from "#lib/db/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { log } from "../log.ts";
import { BACKUPS, removeFiles } from "./files.ts";
import { abandon, subjectOf } from "./make-backup.ts";
import { forget, UNREAD_MS } from "./upload-backup.ts";

const LEFTOVER_MS = 3_600_000;
const notSent = (now: Date) => [{ leasedUntil: null }, { leasedUntil: { lt: now } }];
const FILE = /^backups\/[0-9a-f-]{36}\/([0-9a-f-]{36})\//;

/** Which of a tenant's backups are to go, newest first: neither among the last ones nor young enough. Pure. */
export function tooOld<B extends { startedAt: Date }>(
  newestFirst: readonly B[],
  { keepLast, keepDays }: { keepLast: number; keepDays: number },
  now: Date,
): B[] {
  const since = now.getTime() - keepDays * 86_400_000;
  return newestFirst.filter((backup, n) => n >= keepLast && backup.startedAt.getTime() < since);
}

/**
 * Deletes what the tenants' settings keep no longer, and what died writers left: rows that nobody renews, files that no row
 * names. The newest backup stays in any case.
 */
export async function tidyBackups(now: Date = new Date()): Promise<void> {
  for (const dead of await query((db) => db.backup.findMany({ where: { state: "writing", OR: notSent(now) } })))
    await abandon(dead, "Its writer died. Nothing of it was kept.");
  const stale = { state: "unread", startedAt: { lt: new Date(now.getTime() - UNREAD_MS) } } as const;
  for (const unread of await query((db) => db.backup.findMany({ where: { ...stale, OR: notSent(now) } })))
    await forget(unread);
  for (const settings of await query((db) => db.backupSettings.findMany({ include: { tenant: true } }))) {
    const where = { tenantId: settings.tenantId, state: "kept" } as const;
    const kept = await query((db) => db.backup.findMany({ where, orderBy: { startedAt: "desc" } }));
    for (const backup of tooOld(kept, settings, now)) await expire(settings.tenant, backup, now);
  }
  await removeLeftovers(now);
}

async function expire(tenant: Ctx["tenant"], backup: Backup, now: Date): Promise<void> {
  const { id, slug, name } = tenant;
  const ctx: Ctx = { tenant: { id, slug, name }, actor: { type: "system" }, requestId: "backup-retention", now };
  await transaction(async (tx) => {
    const { count } = await tx.backup.deleteMany({ where: { id: backup.id } });
    const reason = "older than the workspace keeps its backups";
    if (count > 0) await record(tx, ctx, { action: "backup.deleted", subject: subjectOf(backup), reason });
  });
  await removeFiles(backup);
}

async function removeLeftovers(now: Date): Promise<void> {
  for await (const { name, changedAt } of namedFiles().list(BACKUPS)) {
    const id = FILE.exec(name)?.[1];
    if (!id || now.getTime() - changedAt.getTime() < LEFTOVER_MS) continue;
    const row = await query((db) => db.backup.findUnique({ where: { id }, select: { state: true } }));
    if (row && row.state !== "failed") continue;
    log.info({ file: name }, "a file that no backup has was removed");
    await namedFiles().remove(name);
  }
}
