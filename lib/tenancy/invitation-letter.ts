import type { Invitation } from "#lib/db/index.ts";
import { sendMail } from "#lib/mail/index.ts";
import type { Ctx } from "../context.ts";
import { env } from "../env.ts";
import { isAppError } from "../errors.ts";
import { exactTime } from "../format.ts";

export type InvitationRow = Omit<Invitation, "tokenHash">;

export interface Sent {
  invitation: InvitationRow;
  /** False where the mail server did not take the letter: the invitation is there, and can be sent again. */
  sent: boolean;
}

/** Sends the letter with the link. A mail server that is away leaves the invitation as it is: it can be sent again. */
export async function sendInvitation(
  { tenant }: Ctx,
  { invitation, secret }: { invitation: Invitation; secret: string },
): Promise<Sent> {
  const { tokenHash: _, ...row } = invitation;
  const url = `${env().PUBLIC_URL}/invitation?token=${secret}`;
  try {
    await sendMail({
      to: invitation.email,
      subject: `You are invited to ${tenant.name}`,
      paragraphs: [
        `${invitation.invitedBy} invites you to the team of ${tenant.name}, as ${invitation.role}.`,
        `The link works until ${exactTime(invitation.expiresAt)}. If you expected no invitation, leave it alone.`,
      ],
      link: { label: "See the invitation", url },
    });
    return { invitation: row, sent: true };
  } catch (error) {
    if (!isAppError(error) || error.code !== "unavailable") throw error;
    return { invitation: row, sent: false };
  }
}
