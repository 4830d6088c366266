import { z } from "zod";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { type Letter, sendMailLater } from "#lib/mail/index.ts";
import { EmailAddress } from "../email.ts";
import { parse } from "../parse.ts";
import { askForLetter, letterArrived } from "./ask-for-letter.ts";
import { changedLetter, passwordResetLetter } from "./letters.ts";
import { forgetAttempts } from "./limits.ts";
import { dropLinks, LinkSecret, linkUnknown, makeLink, readLink, takeLink } from "./mail-link.ts";
import { contextOf, recordOwn } from "./own.ts";
import { hashPassword, Password } from "./password.ts";
import { type Client, endAllSessions } from "./sessions.ts";
import { lockOwn } from "./users.ts";

export const AskPasswordReset = z.strictObject({ email: EmailAddress });
export const ResetPassword = z.strictObject({ token: LinkSecret, password: Password });

/** Sends a link that sets a new password to an account's address; where there is none, the answer is the same. @throws invalid; limit_exceeded */
export async function askPasswordReset(
  input: z.input<typeof AskPasswordReset>,
  from: { address: string },
): Promise<void> {
  const { email } = parse(AskPasswordReset, input);
  await askForLetter({ to: email, about: "password-reset" }, from, () => letterFor(email));
}

/** The account that a link is for; null where the link does not work. It stays as good as it is. */
export async function findPasswordReset(token: string): Promise<{ email: string } | null> {
  return query(async (db) => {
    const id = await readLink(db, "password-reset", token);
    return id === null ? null : db.user.findUnique({ where: { id }, select: { email: true } });
  });
}

/**
 * Sets the password of the account that a letter's link is for, signs every browser out, and tells the owner.
 * @throws not_found for a link that does not work; invalid
 */
export async function resetPassword(
  input: z.input<typeof ResetPassword>,
  from: Client,
): Promise<{ id: string; email: string }> {
  const { token, password } = parse(ResetPassword, input);
  await query((db) => accountOf(db, token));
  const passwordHash = await hashPassword(password);
  const user = await transaction(async (tx) => {
    // The account first, as everything locks that ends links: in the other order two would wait for each other.
    const { id, email, emailVerifiedAt } = await lockOwn(tx, await accountOf(tx, token));
    await takeLink(tx, "password-reset", token);
    const columns = { passwordHash, emailVerifiedAt: emailVerifiedAt ?? new Date() };
    await tx.user.update({ where: { id }, data: columns, select: { id: true } });
    // Whoever was in the account before may have asked for another address.
    await dropLinks(tx, "email-change", id);
    const ctx = contextOf({ id, email }, from);
    await recordOwn(tx, ctx, { action: "password.reset" });
    await endAllSessions(tx, ctx, { except: null });
    return { id, email };
  });
  await forgetAttempts("password-account", user.email);
  await letterArrived(from);
  sendMailLater(changedLetter(user.email, "A new password was set by a link in a letter to this address."));
  return user;
}

async function accountOf(tx: Tx, token: string): Promise<string> {
  const id = await readLink(tx, "password-reset", token);
  if (id === null) throw linkUnknown();
  return id;
}

function letterFor(email: string): Promise<Letter | null> {
  return transaction(async (tx) => {
    // Under lock: an address that just moved on must not get a link to the account that had it.
    const [user] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM users WHERE email = ${email} FOR UPDATE`;
    if (!user) return null;
    return passwordResetLetter(email, await makeLink(tx, "password-reset", user.id));
  });
}
