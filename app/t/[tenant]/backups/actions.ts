"use server";

import { revalidatePath } from "next/cache";
import {
  deleteBackup,
  lookAtRestore,
  setPassphrase,
  startBackup,
  startRestore,
  startVerify,
  updateBackupSettings,
} from "#lib/backup/index.ts";
import { runSoon } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import type { StartedRun } from "#lib/runs/index.ts";
import { teamAction } from "#lib/web/index.ts";

type Input<F extends (ctx: never, input: never) => unknown> = Parameters<F>[1];

export async function make(slug: string, input: { withBytes: boolean }) {
  return teamAction(slug, async ({ ctx }) => started(await startBackup(ctx, input)));
}

export async function verify(slug: string, id: string) {
  return teamAction(slug, async ({ ctx }) => started(await startVerify(ctx, id)));
}

export async function look(slug: string, input: Input<typeof lookAtRestore>) {
  return teamAction(slug, async ({ ctx }) => started(await lookAtRestore(ctx, input)));
}

export async function restore(slug: string, input: Input<typeof startRestore>) {
  return teamAction(slug, async ({ ctx }) => started(await startRestore(ctx, input)));
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

async function started({ run, made }: StartedRun) {
  // The row is what was asked for: a worker finds it within a minute, whatever becomes of this.
  await runSoon("runs").catch((error: Error) => log.warn({ error: error.message }, "a run has to wait"));
  const message = made ? "" : `It is under way already: ${run.startedByLabel} started it.`;
  return { message, data: { id: run.id } };
}
