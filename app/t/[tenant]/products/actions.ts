"use server";

import type { z } from "zod";
import type { CreateProduct } from "#lib/catalog/index.ts";
import { createProduct } from "#lib/catalog/index.ts";
import { previewRestriction, type RestrictProduct, restrictProduct } from "#lib/entitlements/index.ts";
import { plural } from "#lib/format.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";

export async function addProduct(slug: string, input: z.input<typeof CreateProduct>) {
  return teamAction(slug, async ({ ctx }) => {
    const product = await createProduct(ctx, input);
    return { message: `${product.name} was added.`, data: null };
  });
}

export async function setRestriction(slug: string, input: z.input<typeof RestrictProduct>) {
  return teamAction(slug, async ({ ctx }) => {
    const { product, changed, kept } = await restrictProduct(ctx, input);
    const state = product.requiresEntitlement ? "restricted" : "open to every member";
    const keeping = kept > 0 ? ` ${plural(kept, "member")} kept access.` : "";
    return { message: `${product.name} is ${changed ? "now " : ""}${state}.${keeping}`, data: null };
  });
}

/** Who would lose the product, or gain it: asked when the switch is touched. */
export async function askWhoIsAffected(slug: string, productId: string) {
  return teamQuestion(slug, ({ ctx }) => previewRestriction(ctx, productId));
}
