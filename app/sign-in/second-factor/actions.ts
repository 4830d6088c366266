"use server";

import { unauthenticated } from "#lib/errors.ts";
import { giveSecondFactor } from "#lib/identity/index.ts";
import { findHalfSignedIn, openAction } from "#lib/web/index.ts";

export async function giveCode(input: { code: string }) {
  return openAction(async ({ requestId }) => {
    const half = await findHalfSignedIn();
    if (!half) throw unauthenticated("Sign in again: it took too long.");
    await giveSecondFactor(half.sessionId, input, { requestId, now: new Date() });
    return { data: null };
  });
}
