"use server";

import { setReleaseMail } from "#lib/announcements/index.ts";
import { openAction } from "#lib/web/index.ts";

/** Ends the letters about new versions, or lets them come again. */
export async function choose(token: string, wanted: boolean) {
  return openAction(async (client) => {
    await setReleaseMail(client, { token, wanted });
    const message = wanted ? "You will be told of new versions." : "No letters about new versions will come.";
    return { message, data: null };
  });
}
