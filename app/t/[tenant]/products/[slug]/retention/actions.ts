"use server";

import type { z } from "zod";
import { previewShown } from "#components/registry/preview-shown.ts";
import {
  type ApplyRetention,
  applyRetention,
  type PreviewRetention,
  previewRetention,
  type SetRetention,
  setRetention,
} from "#lib/catalog/index.ts";
import { plural } from "#lib/format.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";

export async function saveRetention(slug: string, input: z.input<typeof SetRetention>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await setRetention(ctx, input);
    return { message: changed ? "The rules are saved." : "Nothing was changed.", data: null };
  });
}

/** What a rule would take now, saved or not. */
export async function askRetention(slug: string, input: z.input<typeof PreviewRetention>) {
  return teamQuestion(slug, async ({ ctx }) => previewShown(await previewRetention(ctx, input)));
}

export async function takeByRetention(slug: string, input: z.input<typeof ApplyRetention>) {
  return teamAction(slug, async ({ ctx }) => {
    const { tags, manifests } = await applyRetention(ctx, input);
    return { message: `${plural(tags, "tag")} and ${plural(manifests, "manifest")} are gone.`, data: null };
  });
}
