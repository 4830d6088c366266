"use server";

import type { z } from "zod";
import { previewRecall, type RecallRelease, recallRelease } from "#lib/recalls/index.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";
import { recalled } from "../../../../recalled.ts";

/** Who fetched a release, asked when its button is touched. */
export async function askRecall(slug: string, releaseId: string) {
  return teamQuestion(slug, ({ ctx }) => previewRecall(ctx, { releaseId }));
}

export async function recall(slug: string, releaseId: string, words: Omit<z.input<typeof RecallRelease>, "releaseId">) {
  return teamAction(slug, async ({ ctx }) => recalled(slug, await recallRelease(ctx, { ...words, releaseId })));
}
