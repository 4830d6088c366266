"use server";

import { currentRequest } from "#lib/http/index.ts";
import { askEmailChange, renameAccount } from "#lib/identity/index.ts";
import { accountAction } from "#lib/web/index.ts";

const PATH = "/account";

export async function rename(input: { name: string }) {
  return accountAction(PATH, async ({ ctx }) => {
    await renameAccount(ctx, input);
    return { message: "The name is kept.", data: null };
  });
}

export async function askEmail(input: { email: string; currentPassword?: string }) {
  return accountAction(PATH, async ({ ctx }) => {
    await askEmailChange(ctx, input, currentRequest());
    return { message: "Check the mail of the new address: its link makes the change.", data: null };
  });
}
