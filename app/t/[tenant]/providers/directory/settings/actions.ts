"use server";

import type { z } from "zod";
import {
  type ClaimSettings,
  createDirectorySecret,
  type DisconnectDirectory,
  disconnectDirectory,
  previewDisconnect,
  previewSync,
  revokeDirectorySecret,
  saveClaimSettings,
  syncDirectory,
} from "#lib/directory/index.ts";
import { plural } from "#lib/format.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";
import { runStarted } from "../../../run-started.ts";

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
  return teamAction(slug, async ({ ctx }) => runStarted(await syncDirectory(ctx)));
}

export async function previewEnd(slug: string, input: z.input<typeof DisconnectDirectory>) {
  return teamQuestion(slug, ({ ctx }) => previewDisconnect(ctx, input));
}

export async function disconnect(slug: string, input: z.input<typeof DisconnectDirectory>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed, groups } = await disconnectDirectory(ctx, input);
    const done = `The directory is disconnected; ${plural(groups, "group was", "groups were")} ${input.groups === "end" ? "ended" : "kept"}.`;
    return { message: changed ? done : "Nothing was connected; nothing was changed.", data: null };
  });
}
