"use server";

import type { z } from "zod";
import { type SetImmutableTags, setImmutableTags } from "#lib/catalog/index.ts";
import { plural } from "#lib/format.ts";
import { teamAction } from "#lib/web/index.ts";

export async function saveImmutableTags(slug: string, input: z.input<typeof SetImmutableTags>) {
  return teamAction(slug, async ({ ctx }) => {
    const saved = await setImmutableTags(ctx, input);
    const rules = saved.patterns.length > 0 ? plural(saved.patterns.length, "rule") : "No rule";
    return { message: saved.changed ? `${rules} for immutable tags now.` : "Nothing was changed.", data: null };
  });
}
