"use server";

import { resetPassword } from "#lib/identity/index.ts";
import { openAction } from "#lib/web/index.ts";

export async function setNewPassword(token: string, input: { password: string }) {
  return openAction(async (client) => {
    await resetPassword({ ...input, token }, client);
    return { data: null };
  });
}
