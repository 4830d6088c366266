"use server";

import type { z } from "zod";
import { type RequestCleanup, requestCleanup } from "#lib/instance/index.ts";
import { instanceAction } from "#lib/web/index.ts";

export async function startCleanup(input: z.input<typeof RequestCleanup>) {
  return instanceAction(async ({ ctx }) => {
    const { changed } = await requestCleanup(ctx, input);
    return {
      message: changed ? "A worker takes it up in a moment." : "One waits already; nothing was changed.",
      data: null,
    };
  });
}
