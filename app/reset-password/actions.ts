"use server";

import { askPasswordReset } from "#lib/identity/index.ts";
import { openAction } from "#lib/web/index.ts";

export async function askToReset(input: { email: string }) {
  return openAction(async (client) => {
    await askPasswordReset(input, client);
    return { data: null };
  });
}
