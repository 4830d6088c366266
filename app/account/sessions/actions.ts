"use server";

import { plural } from "#lib/format.ts";
import { revokeOtherSessions, revokeSession, signOutClient } from "#lib/identity/index.ts";
import { accountAction } from "#lib/web/index.ts";

const PATH = "/account/sessions";

export async function endOne(id: string) {
  return accountAction(PATH, async ({ ctx }) => {
    await revokeSession(ctx, id);
    return { message: "That browser is signed out.", data: null };
  });
}

export async function endClient(id: string) {
  return accountAction(PATH, async ({ ctx }) => {
    await signOutClient(ctx, id);
    return { message: "That client is signed out.", data: null };
  });
}

export async function endOthers() {
  return accountAction(PATH, async ({ ctx, user }) => {
    const { ended } = await revokeOtherSessions(ctx, user.sessionId);
    return { message: `${plural(ended, "browser")} signed out.`, data: null };
  });
}
