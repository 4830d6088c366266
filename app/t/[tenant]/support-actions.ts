"use server";

import { redirect } from "next/navigation";
import { leaveTenant } from "#lib/instance/index.ts";
import { teamAction } from "#lib/web/index.ts";

/** Ends the support view and leads back to the tenant's facts: there is no page of it any more. */
export async function leaveSupport(slug: string) {
  return teamAction<null>(slug, async ({ ctx }) => {
    await leaveTenant(ctx, { tenantId: ctx.tenant.id });
    redirect(`/admin/tenants/${ctx.tenant.id}`);
  });
}
