"use server";

import { redirect } from "next/navigation";
import type { z } from "zod";
import {
  type ChangeRole,
  changeRole,
  type InviteToTeam,
  inviteToTeam,
  leaveTeam,
  removeFromTeam,
  resendInvitation,
  type Sent,
  withdrawInvitation,
} from "#lib/tenancy/index.ts";
import { teamAction } from "#lib/web/index.ts";

export async function invite(slug: string, input: z.input<typeof InviteToTeam>) {
  return teamAction(slug, async ({ ctx }) => ({ message: sentWords(await inviteToTeam(ctx, input)), data: null }));
}

export async function resend(slug: string, invitationId: string) {
  return teamAction(slug, async ({ ctx }) => {
    return { message: sentWords(await resendInvitation(ctx, { invitationId })), data: null };
  });
}

export async function withdraw(slug: string, invitationId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { email } = await withdrawInvitation(ctx, { invitationId });
    return { message: `The invitation of ${email} was withdrawn.`, data: null };
  });
}

export async function giveRole(slug: string, input: z.input<typeof ChangeRole>) {
  return teamAction(slug, async ({ ctx }) => {
    const { membership, changed } = await changeRole(ctx, input);
    const words = `${membership.user.email} is ${changed ? "now " : "already "}${membership.role}.`;
    return { message: changed ? words : `${words} Nothing was changed.`, data: null };
  });
}

export async function remove(slug: string, membershipId: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { email } = await removeFromTeam(ctx, { membershipId });
    return { message: `${email} was removed.`, data: null };
  });
}

export async function leave(slug: string) {
  return teamAction<null>(slug, async ({ ctx }) => {
    await leaveTeam(ctx);
    // The page that asked is not theirs any more.
    redirect("/tenants");
  });
}

function sentWords({ invitation, sent }: Sent): string {
  if (sent) return `The invitation is on its way to ${invitation.email}.`;
  return `${invitation.email} is invited, but the letter could not be sent now. Resend it in a moment.`;
}
