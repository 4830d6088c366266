import type { z } from "zod";
import { transaction } from "#lib/db/index.ts";
import { type Accepted, findInvitation, InvitationToken, invitationGone, takeInvitation } from "#lib/tenancy/index.ts";
import { parse } from "../parse.ts";
import { hashPassword } from "./password.ts";
import { createVerifiedUser, NewAccount } from "./users.ts";

export const AcceptAsNewUser = NewAccount.extend({ token: InvitationToken });

/**
 * Makes an account for the address that a link was sent to, which proves it, and puts it on the team. Both or neither.
 * @throws conflict where the address has an account; not_found where the link leads nowhere any more; invalid
 */
export async function acceptInvitationAsNewUser(
  { requestId }: { requestId: string },
  input: z.input<typeof AcceptAsNewUser>,
): Promise<Accepted> {
  const { token, name, password } = parse(AcceptAsNewUser, input);
  const now = new Date();
  // Hashing costs more than looking: only whoever has a link gets that far.
  const invitation = await findInvitation(token, now);
  if (!invitation) throw invitationGone();
  const passwordHash = await hashPassword(password);
  return transaction((tx) =>
    takeInvitation(tx, { token, now, requestId }, (email) =>
      createVerifiedUser(tx, { email, name, passwordHash }, { requestId, by: "invitation" }),
    ),
  );
}
