"use server";

import { z } from "zod";
import { grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { parse } from "#lib/parse.ts";
import { suspendMember, unsuspendMember } from "#lib/tenancy/index.ts";
import { teamAction } from "#lib/web/index.ts";

const GrantForm = z.strictObject({
  productId: z.string(),
  reason: z.string(),
  /** Days as date fields give them (`2026-12-31`); empty is at once, and for good. */
  firstDay: z.string(),
  lastDay: z.string(),
  /** Whether it is about the dates of a grant that stands: an empty last day then says that it holds for good. */
  change: z.boolean(),
});

export async function grant(slug: string, memberId: string, input: z.input<typeof GrantForm>) {
  return teamAction(slug, async ({ ctx }) => {
    const { firstDay, lastDay, change, ...rest } = parse(GrantForm, input);
    const startsAt = firstDay ? `${firstDay}T00:00:00Z` : undefined;
    const expiresAt = lastDay ? `${lastDay}T23:59:59Z` : change ? null : undefined;
    const { changed, replaced } = await grantEntitlement(ctx, { ...rest, memberId, startsAt, expiresAt });
    const done = replaced ? "Changed: a new grant took the old one's place." : "Granted.";
    return { message: changed ? done : "It was granted by hand already; nothing was changed.", data: null };
  });
}

export async function revoke(slug: string, input: { entitlementId: string; reason: string }) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await revokeEntitlement(ctx, input);
    return { message: changed ? "Revoked." : "It had ended already; nothing was changed.", data: null };
  });
}

export async function suspend(slug: string, memberId: string, input: { reason: string }) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await suspendMember(ctx, { ...input, memberId });
    return { message: changed ? "Suspended." : "They were suspended already; nothing was changed.", data: null };
  });
}

export async function unsuspend(slug: string, memberId: string, input: { reason: string }) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await unsuspendMember(ctx, { ...input, memberId });
    return {
      message: changed ? "The suspension has ended." : "They were not suspended; nothing was changed.",
      data: null,
    };
  });
}
