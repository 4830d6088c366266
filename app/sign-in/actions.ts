"use server";

import { askPasskey } from "#lib/identity/index.ts";
import { openAction } from "#lib/web/index.ts";

export async function askForPasskey() {
  return openAction(async (client) => ({ data: await askPasskey(client) }));
}
