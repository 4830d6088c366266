"use server";

import { createLink } from "#lib/entitlements/index.ts";
import { principalOf } from "#lib/identity/index.ts";
import { memberQuestion } from "#lib/web/index.ts";

/** A link to a file for one's own browser: it holds for some minutes, and whether it opens is decided when it is used. */
export async function linkToFile(slug: string, file: string) {
  return memberQuestion(slug, async ({ ctx }) => {
    const { url } = await createLink({ principal: await principalOf(ctx), requestId: ctx.requestId }, { file });
    return { url };
  });
}
