import { z } from "zod";
import { query, transaction } from "#lib/db/index.ts";
import { type Letter, sendMailLater } from "#lib/mail/index.ts";
import type { AccountCtx } from "../context.ts";
import { EmailAddress } from "../email.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { askForLetter, letterArrived } from "./ask-for-letter.ts";
import { changedLetter, emailChangeLetter, haveAccountLetter } from "./letters.ts";
import { dropLinks, LinkSecret, linkUnknown, makeLink, readLink, takeLink } from "./mail-link.ts";
import { demandOwner, recordOwn } from "./own.ts";
import { lockOwn } from "./users.ts";

export const AskEmailChange = z.strictObject({ email: EmailAddress, currentPassword: z.string().optional() });
export const ConfirmEmailChange = z.strictObject({ token: LinkSecret });

/**
 * Sends a link to somebody's new address and a notice to the old one. An address that has an account gets a letter
 * that says so: the answer is the same.
 * @throws invalid for the address they have, or a wrong password; limit_exceeded
 */
export async function askEmailChange(
  ctx: AccountCtx,
  input: z.input<typeof AskEmailChange>,
  from: { address: string },
): Promise<void> {
  const { email, currentPassword } = parse(AskEmailChange, input);
  const { id, email: old } = ctx.actor;
  if (email === old) throw invalid({ email: "is your address already" });
  await demandOwner(ctx, { currentPassword, address: from.address });
  await askForLetter({ to: email, about: "email-change" }, from, () => letterFor(id, email));
  await transaction((tx) =>
    recordOwn(tx, ctx, { action: "email.changeAsked", before: { email: old }, after: { email } }),
  );
  sendMailLater(
    changedLetter(old, `A change of this account's address to ${email} was asked for. It is not made yet.`),
  );
}

/** The new address that somebody's link is for; null where the link does not work, or not for them. */
export async function findEmailChange({ actor }: AccountCtx, token: string): Promise<{ email: string } | null> {
  const subject = await query((db) => readLink(db, "email-change", token));
  const email = newAddressOf(subject, actor.id);
  return email === null ? null : { email };
}

/**
 * Gives somebody the address that their letter's link is for, and tells the old one.
 * @throws not_found for a link that does not work, or not for them; conflict where the address has an account by now
 */
export async function confirmEmailChange(
  ctx: AccountCtx,
  input: z.input<typeof ConfirmEmailChange>,
  from: { address: string },
): Promise<{ email: string }> {
  const { token } = parse(ConfirmEmailChange, input);
  const changed = await transaction(async (tx) => {
    const { id, email: old } = await lockOwn(tx, ctx.actor.id);
    // A link of somebody else's is put back by the end of the transaction.
    const email = newAddressOf(await takeLink(tx, "email-change", token), id);
    if (email === null) throw linkUnknown();
    if (await tx.user.findUnique({ where: { email } })) throw conflict(`There is an account for ${email} already.`);
    await tx.user.update({ where: { id }, data: { email, emailVerifiedAt: ctx.now }, select: { id: true } });
    await dropLinks(tx, "password-reset", id);
    await dropLinks(tx, "email-change", id);
    await recordOwn(tx, ctx, { action: "email.changed", before: { email: old }, after: { email } });
    return { old, email };
  });
  await letterArrived(from);
  sendMailLater(changedLetter(changed.old, `The address of this account is ${changed.email} now.`));
  return { email: changed.email };
}

// A link's subject is `<user id> <new address>`.
function newAddressOf(subject: string | null, userId: string): string | null {
  return subject?.startsWith(`${userId} `) ? subject.slice(userId.length + 1) : null;
}

function letterFor(userId: string, email: string): Promise<Letter> {
  return transaction(async (tx) => {
    await dropLinks(tx, "email-change", userId);
    if (await tx.user.findUnique({ where: { email } })) return haveAccountLetter(email);
    return emailChangeLetter(email, await makeLink(tx, "email-change", `${userId} ${email}`));
  });
}
