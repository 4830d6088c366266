"use server";

import type { z } from "zod";
import { type CreateRelease, createRelease } from "#lib/releases/index.ts";
import { teamAction } from "#lib/web/index.ts";

type NewRelease = Omit<z.input<typeof CreateRelease>, "productId">;

/** Begins one. An empty channel is left to the version. */
export async function addRelease(slug: string, productId: string, { channel, ...input }: NewRelease) {
  return teamAction(slug, async ({ ctx }) => {
    const { id, version } = await createRelease(ctx, { productId, ...input, ...(channel && { channel }) });
    return { message: `${version} is a draft now.`, data: { id } };
  });
}
