"use server";

import { createTenant } from "#lib/tenancy/index.ts";
import { accountAction } from "#lib/web/index.ts";

export async function registerWorkspace(input: { name: string; slug: string }) {
  return accountAction("/tenants/new", async ({ ctx }) => {
    const { name, slug } = await createTenant(ctx, input);
    return { message: `${name} is registered, and you are its owner.`, data: { slug } };
  });
}
