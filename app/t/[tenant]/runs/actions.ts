"use server";

import { cancelRun } from "#lib/runs/index.ts";
import { teamAction } from "#lib/web/index.ts";

export async function cancel(slug: string, runId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await cancelRun(ctx, { runId });
    return { message: changed ? "It is being stopped." : "It was over already; nothing was changed.", data: null };
  });
}
