import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type BackupSettings, query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { type AppError, conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { lockKey, makeKey, openKey } from "./key.ts";

// Whoever has a file can try passphrases for as long as they like: no limit of ours slows them down.
const PASSPHRASE_MIN = 12;
const NewPassphrase = z
  .string()
  .min(PASSPHRASE_MIN, `must have at least ${PASSPHRASE_MIN} characters`)
  .max(200, "may have at most 200 characters");

export const SetPassphrase = z.strictObject({
  passphrase: NewPassphrase,
  /** The one that holds now: the key stays, and opens what it opened. Without it a new key is made. */
  current: z.string().max(200).optional(),
});

export interface SettingsView extends Omit<BackupSettings, "keyEncrypted" | "tenantId"> {}

/** How backups are made here; null until a passphrase is set. @throws forbidden without `backup.view` */
export async function viewBackupSettings(ctx: Ctx): Promise<SettingsView | null> {
  await demand(ctx, "backup.view");
  const omit = { keyEncrypted: true, tenantId: true } as const;
  return query((db) => db.backupSettings.findUnique({ where: { tenantId: ctx.tenant.id }, omit }));
}

/**
 * Sets the passphrase that opens backups from now on. With the current one its key is locked anew, and backups to come are
 * opened by the new passphrase; without it there is a new key. What was made before is opened as it was.
 * @throws forbidden without `backup.delete`; invalid for a short passphrase, or where `current` is another one
 */
export async function setPassphrase(ctx: Ctx, input: z.input<typeof SetPassphrase>): Promise<{ recipient: string }> {
  await demand(ctx, "backup.delete");
  const { passphrase, current } = parse(SetPassphrase, input);
  const tenantId = ctx.tenant.id;
  const standing = await query((db) => db.backupSettings.findUnique({ where: { tenantId } }));
  if (current !== undefined && !standing) throw conflict("No passphrase is set yet.");
  const key =
    current === undefined || !standing
      ? await makeKey(passphrase)
      : await lockKey(await openKey(standing, current), passphrase);
  return transaction(async (tx) => {
    const data = { ...key, keyMadeAt: ctx.now };
    await tx.backupSettings.upsert({ where: { tenantId }, create: { tenantId, ...data }, update: data });
    const subject = { type: "tenant", id: tenantId, label: ctx.tenant.slug };
    const before = standing ? { recipient: standing.recipient } : undefined;
    await record(tx, ctx, { action: "backup.passphrase_set", subject, before, after: { recipient: key.recipient } });
    return { recipient: key.recipient };
  });
}

export const SCHEDULES = ["off", "daily", "weekly"] as const;

export const UpdateBackupSettings = z.strictObject({
  schedule: z.enum(SCHEDULES),
  hour: z.int().min(0).max(23),
  weekday: z.int().min(0).max(6),
  withBytes: z.boolean(),
  keepLast: z.int().min(1).max(1000),
  keepDays: z.int().min(1).max(3650),
});

/**
 * Sets when backups are made, with what, and for how long they are kept.
 * @throws forbidden without `backup.delete`; conflict where no passphrase is set; invalid
 */
export async function updateBackupSettings(ctx: Ctx, input: z.input<typeof UpdateBackupSettings>): Promise<void> {
  await demand(ctx, "backup.delete");
  const asked = parse(UpdateBackupSettings, input);
  await transaction(async (tx) => {
    const tenantId = ctx.tenant.id;
    const standing = await tx.backupSettings.findUnique({ where: { tenantId } });
    if (!standing) throw noPassphrase();
    const dueAt = nextDue(asked, ctx.now);
    await tx.backupSettings.update({ where: { tenantId }, data: { ...asked, dueAt } });
    const { schedule, hour, weekday, withBytes, keepLast, keepDays } = standing;
    const subject = { type: "tenant", id: tenantId, label: ctx.tenant.slug };
    const before = { schedule, hour, weekday, withBytes, keepLast, keepDays };
    await record(tx, ctx, { action: "backup.settings_changed", subject, before, after: asked });
  });
}

/** The refusal of whatever needs a key where there is none. */
export function noPassphrase(): AppError {
  return conflict("Set a passphrase for backups first: without it nobody could open them.", {
    reason: "no_passphrase",
  });
}

/** When the next backup is due after a moment, or null where none is scheduled. Pure. */
export function nextDue(
  { schedule, hour, weekday }: { schedule: string; hour: number; weekday: number },
  after: Date,
): Date | null {
  if (schedule === "off") return null;
  const due = new Date(Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate(), hour));
  const step = schedule === "weekly" ? 7 : 1;
  if (schedule === "weekly") due.setUTCDate(due.getUTCDate() + ((weekday - due.getUTCDay() + 7) % 7));
  if (due <= after) due.setUTCDate(due.getUTCDate() + step);
  return due;
}
