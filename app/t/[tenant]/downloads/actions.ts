"use server";

import { setOwnReleaseMail } from "#lib/announcements/index.ts";
import { openPortal } from "#lib/billing/index.ts";
import { memberAction } from "#lib/web/index.ts";

/** Leads on to Stripe's billing portal, by a session that is made now. */
export async function manageMembership(slug: string) {
  return memberAction(slug, async ({ ctx }) => ({ data: await openPortal(ctx) }));
}

/** Ends one's own letters about new versions, or lets them come again. */
export async function setReleaseMail(slug: string, wanted: boolean) {
  return memberAction(slug, async ({ ctx, access }) => {
    await setOwnReleaseMail(ctx, { memberId: access.memberId, wanted: wanted === true });
    const message = wanted ? "You will be told of new versions." : "No letters about new versions will come.";
    return { message, data: null };
  });
}
