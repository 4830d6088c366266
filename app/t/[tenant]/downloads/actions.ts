"use server";

import { openPortal } from "#lib/billing/index.ts";
import { memberAction } from "#lib/web/index.ts";

/** Leads on to Stripe's billing portal, by a session that is made now. */
export async function manageMembership(slug: string) {
  return memberAction(slug, async ({ ctx }) => ({ data: await openPortal(ctx) }));
}
