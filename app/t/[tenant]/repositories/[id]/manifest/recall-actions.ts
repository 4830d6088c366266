"use server";

import type { z } from "zod";
import { previewRecall, type RecallImage, recallImage } from "#lib/recalls/index.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";
import { recalled } from "../../../recalled.ts";

/** Who pulled an image, asked when its button is touched. */
export async function askRecall(slug: string, repositoryId: string, digest: string) {
  return teamQuestion(slug, ({ ctx }) => previewRecall(ctx, { repositoryId, digest }));
}

type Image = Pick<z.input<typeof RecallImage>, "repositoryId" | "digest">;

export async function recall(slug: string, image: Image, words: Omit<z.input<typeof RecallImage>, keyof Image>) {
  return teamAction(slug, async ({ ctx }) => recalled(slug, await recallImage(ctx, { ...words, ...image })));
}
