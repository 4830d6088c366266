"use server";

import { undoTagMove } from "#lib/catalog/index.ts";
import { teamAction } from "#lib/web/index.ts";

export async function undoMove(slug: string, moveId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { tag } = await undoTagMove(ctx, moveId);
    return { message: `${tag} is where it was before.`, data: null };
  });
}
