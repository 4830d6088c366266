"use server";

import { giveSecondFactor } from "#lib/identity/index.ts";
import { findHalfSignedIn, openAction } from "#lib/web/index.ts";

export async function giveCode(input: { code: string }) {
  return openAction(async ({ requestId }) => {
    const half = await findHalfSignedIn();
    await giveSecondFactor(half?.sessionId ?? null, input, { requestId, now: new Date() });
    return { data: null };
  });
}
