import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import { defineRun, type RunInHand, type RunResult, type StartedRun, startRun, viewRun } from "#lib/runs/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { byteSize, plural } from "../format.ts";
import { parse } from "../parse.ts";
import { openKey } from "./key.ts";
import { checkBackup, keptBackup } from "./list-backups.ts";
import { makeBackup, placeOf, type Watch } from "./make-backup.ts";
import { openUploadRun } from "./open-upload.ts";
import { type RestoreReport, restore } from "./restore.ts";
import { RestoreWanted } from "./restore-input.ts";
import { nextDue, noPassphrase } from "./settings.ts";

const VIEW = { view: "backup.view" } as const;

export const StartBackup = z.strictObject({ withBytes: z.boolean().default(false) });

export const createBackupRun = defineRun<z.output<typeof StartBackup>>({
  kind: "backup.create",
  label: "Make a backup",
  ...VIEW,
  start: "backup.create",
  input: StartBackup as z.ZodType<z.output<typeof StartBackup>>,
  onDeath: "fail",
  perform: async (run) => {
    const { id, bytes, contents } = await makeBackup(run.ctx, run.input, watchOf(run));
    const { rows, blobs } = contents as { rows: number; blobs: number };
    const what = `${plural(rows, "row")}, ${plural(blobs, "layer or file", "layers and files")}`;
    return { summary: `${what}: ${byteSize(Number(bytes))}, read back and whole`, details: { backupId: id } };
  },
});

export const verifyBackupRun = defineRun<{ backupId: string }>({
  kind: "backup.verify",
  label: "Verify a backup",
  ...VIEW,
  start: "backup.create",
  input: z.strictObject({ backupId: z.uuid() }),
  onDeath: "again",
  perform: async (run) => {
    const { whole } = await checkBackup(run.ctx, run.input.backupId, watchOf(run));
    if (!whole) throw conflict("The file is not what was written. Don't count on this backup, and make another one.");
    return { summary: "the file is what was written, byte by byte" };
  },
});

export const previewRestoreRun = defineRun<RestoreWanted>({
  kind: "backup.preview",
  label: "Look at a restore",
  ...VIEW,
  start: "backup.restore",
  input: RestoreWanted as z.ZodType<RestoreWanted>,
  onDeath: "again",
  perform: async (run) => {
    const backup = await query((db) => keptBackup(db, run.ctx, run.input.backupId));
    const opener = { identity: run.secret };
    const report = await restore(run.ctx, { backup, opener, wanted: run.input, planHash: null }, watchOf(run));
    return { summary: summaryOf(report), details: { report: report as never } };
  },
});

interface RestoreInput {
  wanted: RestoreWanted;
  planHash: string;
}

export const restoreBackupRun = defineRun<RestoreInput>({
  kind: "backup.restore",
  label: "Restore a backup",
  ...VIEW,
  start: "backup.restore",
  input: z.strictObject({ wanted: RestoreWanted as z.ZodType<RestoreWanted>, planHash: z.string() }),
  // All of it is one transaction, in which the run ends as well; layers before it may be stored twice.
  onDeath: "again",
  perform: async (run) => {
    const { wanted, planHash } = run.input;
    const backup = await query((db) => keptBackup(db, run.ctx, wanted.backupId));
    const result = (report: RestoreReport): RunResult => ({
      summary: summaryOf(report),
      details: { report: report as never },
    });
    const opener = { identity: run.secret };
    const restoring = { backup, opener, wanted, planHash };
    const report = await restore(
      run.ctx,
      { ...restoring, finish: (tx, done) => run.finish(tx, result(done)) },
      watchOf(run),
    );
    return result(report);
  },
});

function watchOf(run: RunInHand<unknown>): Watch {
  return {
    signal: run.signal,
    onProgress: ({ phase, done, total }) => run.report({ phase, done, total: total ?? null }),
  };
}

function summaryOf({ tables, gained, lost }: RestoreReport): string {
  const rows = (of: "added" | "changed" | "removed") => tables.reduce((sum, table) => sum + table[of], 0);
  const counts = `${rows("added")} added, ${rows("changed")} changed, ${rows("removed")} removed`;
  return `${counts}; ${plural(gained.members, "member")} gain access, ${plural(lost.members, "member")} lose some`;
}

/** Has a backup made; one that is under way is the same. @throws forbidden; conflict where no passphrase is set */
export async function startBackup(ctx: Ctx, input: z.input<typeof StartBackup> = {}): Promise<StartedRun> {
  await demand(ctx, "backup.create");
  const asked = parse(StartBackup, input);
  return transaction(async (tx) => {
    const settings = await tx.backupSettings.findUnique({ where: { tenantId: ctx.tenant.id } });
    if (!settings) throw noPassphrase();
    return startRun(tx, ctx, { run: createBackupRun, input: asked });
  });
}

/** Has a backup's file compared with what was written. @throws forbidden without `backup.create`; not_found */
export async function startVerify(ctx: Ctx, id: string): Promise<StartedRun> {
  await demand(ctx, "backup.create");
  return transaction(async (tx) => {
    const subject = placeOf(await keptBackup(tx, ctx, id));
    return startRun(tx, ctx, { run: verifyBackupRun, subject, input: { backupId: id } });
  });
}

const Passphrase = z.string().min(1, "is missing").max(200);
const LookAtRestore = z.strictObject({ wanted: RestoreWanted, passphrase: Passphrase });

/**
 * Has it worked out what a restore would change, and whose access; nothing is changed.
 * @throws forbidden without `backup.restore`; not_found; invalid, also for another passphrase
 */
export async function lookAtRestore(ctx: Ctx, input: z.input<typeof LookAtRestore>): Promise<StartedRun> {
  await demand(ctx, "backup.restore");
  const { wanted, passphrase } = parse(LookAtRestore, input);
  const backup = await query((db) => keptBackup(db, ctx, wanted.backupId));
  const secret = await openKey(backup, passphrase);
  return transaction((tx) =>
    startRun(tx, ctx, { run: previewRestoreRun, subject: placeOf(backup), input: wanted, secret }),
  );
}

const StartRestore = z.strictObject({ lookedAt: z.uuid("is not an id"), passphrase: Passphrase });

/**
 * Has a restore done as it was looked at.
 * @param input the run in which it was looked at, and the passphrase once more
 * @throws forbidden without `backup.restore`; not_found; conflict where that run has no result; invalid
 */
export async function startRestore(ctx: Ctx, input: z.input<typeof StartRestore>): Promise<StartedRun> {
  await demand(ctx, "backup.restore");
  const { lookedAt, passphrase } = parse(StartRestore, input);
  const { wanted, planHash } = reportOf(await viewRun(ctx, lookedAt));
  const backup = await query((db) => keptBackup(db, ctx, wanted.backupId));
  const secret = await openKey(backup, passphrase);
  // One restore of a tenant at a time, whatever is restored.
  return transaction((tx) => startRun(tx, ctx, { run: restoreBackupRun, input: { wanted, planHash }, secret }));
}

/** What a look came to. @throws conflict where it is not over, or failed */
export function reportOf(run: { kind: string; state: string; details: unknown }): RestoreReport {
  const { report } = (run.details ?? {}) as { report?: RestoreReport };
  const looked = [previewRestoreRun.kind, restoreBackupRun.kind].includes(run.kind);
  if (!looked || run.state !== "done" || !report) throw conflict("Look at what the restore would change first.");
  return report;
}

/** Starts what the tenants' schedules want by now; each once, however many workers ask. */
export async function startDueBackups(now: Date = new Date()): Promise<number> {
  const where = { dueAt: { lte: now }, tenant: { archivedAt: null, deletedAt: null } };
  const due = await query((db) => db.backupSettings.findMany({ where, include: { tenant: true } }));
  let started = 0;
  for (const { tenant, ...settings } of due) {
    const { id, slug, name } = tenant;
    const ctx: Ctx = { tenant: { id, slug, name }, actor: { type: "system" }, requestId: "backup-schedule", now };
    started += await transaction(async (tx) => {
      const mine = { tenantId: id, dueAt: settings.dueAt };
      const { count } = await tx.backupSettings.updateMany({ where: mine, data: { dueAt: nextDue(settings, now) } });
      if (count > 0) await startRun(tx, ctx, { run: createBackupRun, input: { withBytes: settings.withBytes } });
      return count;
    });
  }
  return started;
}

/** Every kind of run of this room. */
export const BACKUP_RUNS = [
  createBackupRun,
  verifyBackupRun,
  previewRestoreRun,
  restoreBackupRun,
  openUploadRun,
] as const;
