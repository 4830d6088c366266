"use server";

import type { z } from "zod";
import { type AcceptAsNewUser, acceptInvitationAsNewUser } from "#lib/identity/index.ts";
import { type Accepted, acceptInvitation } from "#lib/tenancy/index.ts";
import { openAction, requireAccount } from "#lib/web/index.ts";

/** Accepts as who is signed in. Not an action that reads the page again: its link is used up, and the page is left. */
export async function accept(token: string) {
  return openAction(async () => {
    const { ctx } = await requireAccount(`/invitation?${new URLSearchParams({ token: asText(token) })}`);
    const accepted = await acceptInvitation(ctx, { token });
    return { message: wordsOf(accepted), data: { slug: accepted.tenant.slug } };
  });
}

/** Makes the account that the link proves the address of, and accepts with it. */
export async function acceptAsNewUser(token: string, input: Omit<z.input<typeof AcceptAsNewUser>, "token">) {
  return openAction(async (client) => {
    await acceptInvitationAsNewUser(client, { ...input, token });
    return { data: null };
  });
}

// What a forged request sends is checked by the verb; until then it only must not break the way back here.
function asText(token: unknown): string {
  return typeof token === "string" ? token : "";
}

function wordsOf({ tenant, role, joined }: Accepted): string {
  if (joined) return `You are on the team of ${tenant.name}, as ${role}.`;
  return `You were on the team of ${tenant.name} already, as ${role}. Nothing was changed.`;
}
