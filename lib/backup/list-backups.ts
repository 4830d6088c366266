import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Backup, query, type Tx, transaction } from "#lib/db/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { invalid, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { archiveName, fileOf, removeFiles } from "./files.ts";
import { type Contents, subjectOf, type Watch } from "./make-backup.ts";

export interface BackupRow extends Omit<Backup, "keyEncrypted" | "bytes" | "contents" | "tenantId"> {
  bytes: number | null;
  contents: Contents | null;
}

export const BackupFilter = z.strictObject({
  /** The id after which the page begins, going back in time. */
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});

/** The tenant's backups, newest first. @throws forbidden without `backup.view` */
export async function listBackups(
  ctx: Ctx,
  input: z.input<typeof BackupFilter> = {},
): Promise<{ backups: BackupRow[]; next: string | null }> {
  await demand(ctx, "backup.view");
  const { before, limit } = parse(BackupFilter, input);
  const where = { tenantId: ctx.tenant.id, ...(before ? { id: { lt: before } } : {}) };
  const rows = await query((db) => db.backup.findMany({ where, orderBy: { id: "desc" }, take: limit + 1 }));
  const backups = rows.slice(0, limit).map(rowOf);
  return { backups, next: rows.length > limit ? (backups.at(-1)?.id ?? null) : null };
}

/** @throws forbidden without `backup.view`; not_found */
export async function viewBackup(ctx: Ctx, id: string): Promise<BackupRow> {
  await demand(ctx, "backup.view");
  return rowOf(await query((db) => backupInTenant(db, ctx, id)));
}

/** @throws not_found for another tenant's, or none */
export async function backupInTenant(db: Tx, { tenant }: Pick<Ctx, "tenant">, id: string): Promise<Backup> {
  const tenantId = tenant.id;
  const there = z.uuid().safeParse(id).success;
  const backup = there ? await db.backup.findUnique({ where: { tenantId_id: { tenantId, id } } }) : null;
  if (!backup) throw notFound("backup");
  return backup;
}

/** One that can be read. @throws not_found for one that failed or is being written */
export async function keptBackup(db: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<Backup & { sha256: string }> {
  const backup = await backupInTenant(db, ctx, id);
  if (backup.state !== "kept" || !backup.sha256) throw notFound("backup that can be read");
  return { ...backup, sha256: backup.sha256 };
}

export function rowOf({ keyEncrypted: _, tenantId: __, bytes, contents, ...row }: Backup): BackupRow {
  const known = row.state === "kept" ? (contents as unknown as Contents) : null;
  return { ...row, bytes: bytes === null ? null : Number(bytes), contents: known };
}

/**
 * Reads a backup's file again and compares it with what was written, byte by byte.
 * @returns whether it is whole; the row says so, too
 */
export async function checkBackup(ctx: Ctx, id: string, { signal }: Watch = {}): Promise<{ whole: boolean }> {
  const backup = await query((db) => keptBackup(db, ctx, id));
  const found = await fileOf(backup, signal).catch((error: Error) => ({ bytes: -1, sha256: error.message }));
  signal?.throwIfAborted();
  const whole = found.sha256 === backup.sha256;
  const error = whole
    ? null
    : "The file is not what was written: it was changed, cut off or removed. Don't count on it.";
  await transaction(async (tx) => {
    const data = whole ? { verifiedAt: new Date(), error } : { verifiedAt: null, error };
    await tx.backup.update({ where: { id: backup.id }, data });
    await record(tx, ctx, { action: "backup.verified", subject: subjectOf(backup), after: { whole } });
  });
  return { whole };
}

export interface Download {
  filename: string;
  bytes: number;
  read(range?: { start: number; length: number }): ReturnType<ReturnType<typeof namedFiles>["read"]>;
  sha256: string;
}

/**
 * A backup's file, for whoever may restore it: it holds everything. Whole downloads are recorded.
 * @param part whether this goes on with a download that was recorded already
 * @throws forbidden without `backup.restore`; not_found
 */
export async function openDownload(ctx: Ctx, id: string, { part }: { part: boolean }): Promise<Download> {
  await demand(ctx, "backup.restore");
  const backup = await transaction(async (tx) => {
    const kept = await keptBackup(tx, ctx, id);
    if (!part) await record(tx, ctx, { action: "backup.downloaded", subject: subjectOf(kept) });
    return kept;
  });
  const filename = `${ctx.tenant.slug}-${backup.startedAt.toISOString().slice(0, 10)}.tar.age`;
  const read: Download["read"] = (range) => namedFiles().read(archiveName(backup), range);
  return { filename, bytes: Number(backup.bytes), sha256: backup.sha256, read };
}

/** The key of a backup, which its passphrase opens. @throws as openDownload */
export async function readKey(ctx: Ctx, id: string): Promise<string> {
  await demand(ctx, "backup.restore");
  return `${(await query((db) => backupInTenant(db, ctx, id))).keyEncrypted}\n`;
}

export const DeleteBackup = z.strictObject({
  id: z.uuid(),
  /** The backup's day, typed: what is deleted is gone. */
  confirm: z.string(),
});

/** Deletes a backup for good. @throws forbidden without `backup.delete`; not_found; invalid where another day was typed */
export async function deleteBackup(ctx: Ctx, input: z.input<typeof DeleteBackup>): Promise<void> {
  await demand(ctx, "backup.delete");
  const { id, confirm } = parse(DeleteBackup, input);
  const backup = await transaction(async (tx) => {
    const backup = await backupInTenant(tx, ctx, id);
    const { label } = subjectOf(backup);
    if (confirm !== label) throw invalid({ confirm: `type ${label}` });
    await tx.backup.delete({ where: { id } });
    await record(tx, ctx, { action: "backup.deleted", subject: subjectOf(backup) });
    return backup;
  });
  // A file that stays behind is swept: its row is gone.
  await removeFiles(backup);
}
