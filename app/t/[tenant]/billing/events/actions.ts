"use server";

import type { z } from "zod";
import { type ReplayEvent, replayEvent } from "#lib/billing/index.ts";
import { teamAction } from "#lib/web/index.ts";

export async function replay(slug: string, input: z.input<typeof ReplayEvent>) {
  return teamAction(slug, async ({ ctx }) => {
    const { outcome } = await replayEvent(ctx, input);
    return { message: `Replayed: ${outcome}.`, data: null };
  });
}
