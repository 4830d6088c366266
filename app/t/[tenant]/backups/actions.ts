"use server";

import { revalidatePath } from "next/cache";
import {
  beginUploadByTicket,
  deleteBackup,
  lookAtRestore,
  openUpload,
  setPassphrase,
  startBackup,
  startRestore,
  startVerify,
  updateBackupSettings,
} from "#lib/backup/index.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";
import { runStarted } from "../run-started.ts";

type Input<F extends (ctx: never, input: never) => unknown> = Parameters<F>[1];

export async function make(slug: string, input: { withBytes: boolean }) {
  return teamAction(slug, async ({ ctx }) => runStarted(await startBackup(ctx, input)));
}

export async function verify(slug: string, id: string) {
  return teamAction(slug, async ({ ctx }) => runStarted(await startVerify(ctx, id)));
}

export async function upload(slug: string) {
  return teamQuestion(slug, ({ ctx }) => beginUploadByTicket(ctx));
}

export async function open(slug: string, input: Input<typeof openUpload>) {
  return teamAction(slug, async ({ ctx }) => runStarted(await openUpload(ctx, input)));
}

export async function look(slug: string, input: Input<typeof lookAtRestore>) {
  return teamAction(slug, async ({ ctx }) => runStarted(await lookAtRestore(ctx, input)));
}

export async function restore(slug: string, input: Input<typeof startRestore>) {
  return teamAction(slug, async ({ ctx }) => runStarted(await startRestore(ctx, input)));
}

export async function remove(slug: string, input: { id: string; confirm: string }) {
  return teamAction(slug, async ({ ctx }) => {
    await deleteBackup(ctx, input);
    return { message: "The backup is deleted.", data: null };
  });
}

export async function passphrase(slug: string, input: Input<typeof setPassphrase>) {
  return teamAction(slug, async ({ ctx }) => {
    await setPassphrase(ctx, input);
    revalidatePath(`/t/${ctx.tenant.slug}/backups`);
    return { message: "The passphrase is set. Keep it where you keep the workspace's other secrets.", data: null };
  });
}

export async function settings(slug: string, input: Input<typeof updateBackupSettings>) {
  return teamAction(slug, async ({ ctx }) => {
    await updateBackupSettings(ctx, input);
    revalidatePath(`/t/${ctx.tenant.slug}/backups`);
    return { message: "Saved.", data: null };
  });
}
