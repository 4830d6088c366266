"use server";

import type { z } from "zod";
import { type ConvergeDrift, convergeDrift } from "#lib/billing/index.ts";
import { plural } from "#lib/format.ts";
import { teamAction } from "#lib/web/index.ts";

export async function converge(slug: string, input: z.input<typeof ConvergeDrift>) {
  return teamAction(slug, async ({ ctx }) => {
    const { customers, left } = await convergeDrift(ctx, input);
    const rest = left > 0 ? ` ${plural(left, "other")} ${left === 1 ? "is" : "are"} left as before.` : "";
    return {
      message: `${plural(customers, "customer")} ${customers === 1 ? "is" : "are"} as at Stripe.${rest}`,
      data: null,
    };
  });
}
