"use server";

import { confirmRegistration } from "#lib/identity/index.ts";
import { openAction } from "#lib/web/index.ts";

export async function makeAccount(token: string, input: { name: string; password: string }) {
  return openAction(async (client) => {
    await confirmRegistration({ ...input, token }, client);
    return { data: null };
  });
}
