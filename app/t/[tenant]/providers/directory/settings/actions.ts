"use server";

import type { z } from "zod";
import {
  type ClaimSettings,
  createDirectorySecret,
  previewSync,
  revokeDirectorySecret,
  saveClaimSettings,
  syncDirectory,
} from "#lib/directory/index.ts";
import { runSoon } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";

export async function newSecret(slug: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { secret } = await createDirectorySecret(ctx);
    return { data: { secret } };
  });
}

export async function revokeSecret(slug: string, secretId: string) {
  return teamAction(slug, async ({ ctx }) => {
    await revokeDirectorySecret(ctx, { secretId });
    return { message: "The secret is revoked.", data: null };
  });
}

export async function saveClaims(slug: string, input: z.input<typeof ClaimSettings>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await saveClaimSettings(ctx, input);
    return { message: changed ? "Saved." : "Nothing was changed.", data: null };
  });
}

export async function previewDirectory(slug: string) {
  return teamQuestion(slug, ({ ctx }) => previewSync(ctx));
}

export async function startSync(slug: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { run, made } = await syncDirectory(ctx);
    // The row is what was asked for: a worker finds it within a minute, whatever becomes of this.
    await runSoon("runs").catch((error: Error) => log.warn({ error: error.message }, "a run has to wait"));
    return { message: made ? "" : `It is under way already: ${run.startedByLabel} started it.`, data: { id: run.id } };
  });
}
