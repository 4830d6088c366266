"use server";

import { z } from "zod";
import { grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { parse } from "#lib/parse.ts";
import { teamAction } from "#lib/web/index.ts";

const GrantForm = z.strictObject({
  productId: z.string(),
  reason: z.string(),
  /** The last day, as a date field gives it (`2026-12-31`); empty is for good. */
  lastDay: z.string(),
});

export async function grant(slug: string, memberId: string, input: z.input<typeof GrantForm>) {
  return teamAction(slug, async ({ ctx }) => {
    const { lastDay, ...rest } = parse(GrantForm, input);
    const expiresAt = lastDay ? `${lastDay}T23:59:59Z` : undefined;
    const { changed } = await grantEntitlement(ctx, { ...rest, memberId, expiresAt });
    return { message: changed ? "Granted." : "It was granted by hand already; nothing was changed.", data: null };
  });
}

export async function revoke(slug: string, input: { entitlementId: string; reason: string }) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await revokeEntitlement(ctx, input);
    return { message: changed ? "Revoked." : "It had ended already; nothing was changed.", data: null };
  });
}
