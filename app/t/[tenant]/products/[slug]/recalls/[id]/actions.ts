"use server";

import { plural } from "#lib/format.ts";
import { liftRecall, notifyFetchers } from "#lib/recalls/index.ts";
import { teamAction } from "#lib/web/index.ts";
import { sendLettersSoon } from "../../../../recalled.ts";

export async function notify(slug: string, recallId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { letters, again } = await notifyFetchers(ctx, { recallId });
    if (letters + again === 0) return { message: "Everybody was told already: nothing was changed.", data: null };
    await sendLettersSoon();
    return { message: `${plural(letters + again, "letter")} on the way.`, data: null };
  });
}

export async function lift(slug: string, recallId: string, reason: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await liftRecall(ctx, { recallId, reason });
    return { message: changed ? "The recall is lifted." : "It was so before: nothing was changed.", data: null };
  });
}
