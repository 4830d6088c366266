import { z } from "zod";
import { query, transaction } from "#lib/db/index.ts";
import type { Letter } from "#lib/mail/index.ts";
import { EmailAddress } from "../email.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { parse } from "../parse.ts";
import { askForLetter, letterArrived } from "./ask-for-letter.ts";
import { haveAccountLetter, registrationLetter } from "./letters.ts";
import { LinkSecret, linkUnknown, makeLink, readLink, takeLink } from "./mail-link.ts";
import { hashPassword } from "./password.ts";
import type { Client } from "./sessions.ts";
import { createVerifiedUser, NewAccount } from "./users.ts";

export const AskRegistration = z.strictObject({
  email: EmailAddress,
  /** A path of ours where whoever registers wanted to go. */
  leadsTo: z.string().max(500).startsWith("/", "must be a path").optional(),
});
export const ConfirmRegistration = NewAccount.extend({ token: LinkSecret });

/** Whether anyone may make an account; otherwise only who was invited. */
export function signUpIsOpen(): boolean {
  return env().OPEN_SIGN_UP;
}

/**
 * Sends a link that makes an account to an address, or a letter that it has one: the answer is the same.
 * @throws forbidden where accounts are by invitation; invalid; limit_exceeded
 */
export async function askRegistration(input: z.input<typeof AskRegistration>, from: Client): Promise<void> {
  demandOpenSignUp();
  const { email, leadsTo } = parse(AskRegistration, input);
  await askForLetter({ to: email, about: "registration" }, from, () => letterFor(email, leadsTo));
}

/** The address that a link is for; null where the link does not work. It stays as good as it is. */
export async function findRegistration(token: string): Promise<{ email: string } | null> {
  const email = await query((db) => readLink(db, "registration", token));
  return email === null ? null : { email };
}

/**
 * Makes the account that a letter's link is for. Of two at once, one succeeds.
 * @throws forbidden where accounts are by invitation; not_found for a link that does not work; invalid
 */
export async function confirmRegistration(
  input: z.input<typeof ConfirmRegistration>,
  from: Client,
): Promise<{ id: string; email: string }> {
  demandOpenSignUp();
  const { token, name, password } = parse(ConfirmRegistration, input);
  // Before the hash is worked out: who has no link gets no work done.
  if (!(await findRegistration(token))) throw linkUnknown();
  const passwordHash = await hashPassword(password);
  const user = await transaction(async (tx) => {
    const email = await takeLink(tx, "registration", token);
    return createVerifiedUser(tx, { email, name, passwordHash }, from);
  });
  await letterArrived(from);
  return user;
}

function demandOpenSignUp(): void {
  if (!signUpIsOpen()) throw new AppError("forbidden", "Accounts here are made by invitation.");
}

function letterFor(email: string, leadsTo?: string): Promise<Letter> {
  return transaction(async (tx) => {
    if (await tx.user.findUnique({ where: { email } })) return haveAccountLetter(email, leadsTo);
    return registrationLetter(email, await makeLink(tx, "registration", email), leadsTo);
  });
}
