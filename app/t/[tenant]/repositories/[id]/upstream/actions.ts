"use server";

import type { z } from "zod";
import {
  type ChangeUpstream,
  changeUpstream,
  disconnectRepository,
  previewImport,
  startImport,
} from "#lib/upstream/index.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";
import { runStarted } from "../../../run-started.ts";

type Terms = Omit<z.input<typeof ChangeUpstream>, "repositoryId">;

export async function saveTerms(slug: string, repositoryId: string, terms: Terms) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await changeUpstream(ctx, { ...terms, repositoryId });
    return { message: changed ? "Saved." : "Nothing was changed.", data: null };
  });
}

export async function disconnect(slug: string, repositoryId: string) {
  return teamAction(slug, async ({ ctx }) => {
    await disconnectRepository(ctx, { repositoryId });
    return { message: "It is disconnected; what is kept stays.", data: null };
  });
}

export async function previewOfImport(slug: string, repositoryId: string) {
  return teamQuestion(slug, ({ ctx }) => previewImport(ctx, { repositoryId }));
}

export async function importNow(slug: string, repositoryId: string) {
  return teamAction(slug, async ({ ctx }) => runStarted(await startImport(ctx, { repositoryId })));
}
