"use server";

import { askRegistration } from "#lib/identity/index.ts";
import { openAction } from "#lib/web/index.ts";

export async function askToRegister(input: { email: string; leadsTo?: string }) {
  return openAction(async (client) => {
    await askRegistration(input, client);
    return { data: null };
  });
}
