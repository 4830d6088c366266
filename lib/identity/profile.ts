import { z } from "zod";
import { query, transaction } from "#lib/db/index.ts";
import { sendMailLater } from "#lib/mail/index.ts";
import type { AccountCtx } from "../context.ts";
import { conflict, unauthenticated } from "../errors.ts";
import { parse } from "../parse.ts";
import { changedLetter } from "./letters.ts";
import { dropLinks } from "./mail-link.ts";
import { demandOwner, recordOwn } from "./own.ts";
import { hashPassword, Password } from "./password.ts";
import { endAllSessions } from "./sessions.ts";
import { AccountName, lockOwn } from "./users.ts";

export interface OwnAccount {
  email: string;
  name: string | null;
  hasPassword: boolean;
  secondFactorSince: Date | null;
}

export const RenameAccount = z.strictObject({ name: AccountName });
export const ChangePassword = z.strictObject({ currentPassword: z.string().optional(), newPassword: Password });

/** What somebody sees of their own account. */
export async function findOwnAccount({ actor }: AccountCtx): Promise<OwnAccount> {
  const select = { email: true, name: true, passwordHash: true, totpEnabledAt: true } as const;
  const user = await query((db) => db.user.findUnique({ where: { id: actor.id }, select }));
  if (!user) throw unauthenticated();
  const { email, name, passwordHash, totpEnabledAt } = user;
  return { email, name, hasPassword: passwordHash !== null, secondFactorSince: totpEnabledAt };
}

/** Changes how somebody is called; an empty name takes it away. @throws invalid */
export async function renameAccount(ctx: AccountCtx, input: z.input<typeof RenameAccount>): Promise<void> {
  const { name } = parse(RenameAccount, input);
  await transaction(async (tx) => {
    const before = await lockOwn(tx, ctx.actor.id);
    if ((before.name ?? "") === name) return;
    await tx.user.update({ where: { id: ctx.actor.id }, data: { name: name || null }, select: { id: true } });
    const change = { before: { name: before.name }, after: { name: name || null } };
    await recordOwn(tx, ctx, { action: "account.renamed", ...change });
  });
}

/**
 * Sets a new password, signs every other browser out, and tells the owner.
 * @throws invalid for a wrong current password or a new one that is too short; conflict for an account without one
 */
export async function changePassword(
  ctx: AccountCtx,
  input: z.input<typeof ChangePassword>,
  at: { address: string; sessionId: string },
): Promise<void> {
  const { currentPassword, newPassword } = parse(ChangePassword, input);
  const seen = await query((db) => db.user.findUnique({ where: { id: ctx.actor.id }, select: { passwordHash: true } }));
  if (!seen?.passwordHash) throw conflict("This account has no password. Have a letter sent that sets one.");
  await demandOwner(ctx, { currentPassword, address: at.address });
  const passwordHash = await hashPassword(newPassword);
  await transaction(async (tx) => {
    const { id, passwordHash: still } = await lockOwn(tx, ctx.actor.id);
    if (still !== seen.passwordHash) throw conflict("The password was changed meanwhile. Load the page again.");
    await tx.user.update({ where: { id }, data: { passwordHash }, select: { id: true } });
    await dropLinks(tx, "password-reset", id);
    await recordOwn(tx, ctx, { action: "password.changed" });
    await endAllSessions(tx, ctx, { except: at.sessionId });
  });
  sendMailLater(changedLetter(ctx.actor.email, "The password was changed."));
}
