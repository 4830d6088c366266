"use server";

import { currentRequest } from "#lib/http/index.ts";
import { confirmEmailChange } from "#lib/identity/index.ts";
import { accountAction } from "#lib/web/index.ts";

export async function confirmEmail(token: string) {
  return accountAction("/account", async ({ ctx }) => {
    const { email } = await confirmEmailChange(ctx, { token }, currentRequest());
    return { message: `Your address is ${email} now.`, data: null };
  });
}
