import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import { EmailAddress } from "../email.ts";
import { conflict, unauthenticated } from "../errors.ts";
import { parse } from "../parse.ts";
import { hashPassword, Password } from "./password.ts";

export const AccountName = z
  .string()
  .trim()
  .max(100)
  .regex(/^\P{Cc}*$/u, "must be one line of text");

/** What somebody says of themselves where an account is made: after a letter proved the address, or an invitation did. */
export const NewAccount = z.strictObject({ name: AccountName.optional(), password: Password });

export const CreateUser = NewAccount.extend({ email: EmailAddress });

/** Makes an account whose address counts as verified. @throws conflict where the address has one; invalid */
export async function createUser(input: z.input<typeof CreateUser>): Promise<{ id: string; email: string }> {
  const { password, ...account } = parse(CreateUser, input);
  const passwordHash = await hashPassword(password);
  return transaction((tx) => createVerifiedUser(tx, { ...account, passwordHash }, { requestId: "seed" }));
}

export interface VerifiedUser {
  /** Normalised (EmailAddress), and proven to be theirs. */
  email: string;
  name?: string | undefined;
  /** Hashed before the transaction, which would wait for it; null for who signs in with a provider alone. */
  passwordHash: string | null;
}

/**
 * Makes an account in the caller's transaction, whose address something just proved: a letter's link, an invitation, a
 * provider. Of two at once, one succeeds.
 * @throws conflict where the address has an account
 */
export async function createVerifiedUser(
  tx: Tx,
  { email, name, passwordHash }: VerifiedUser,
  { requestId, by = "password" }: { requestId: string; by?: string },
): Promise<{ id: string; email: string }> {
  const columns = { email, name: name || null, passwordHash, emailVerifiedAt: new Date() };
  const [user] = await tx.user.createManyAndReturn({
    data: [columns],
    skipDuplicates: true,
    select: { id: true, email: true },
  });
  if (!user) throw conflict(`There is an account for ${email} already.`);
  const actor = { type: "user", ...user, role: null } as const;
  const subject = { type: "user", id: user.id, label: email };
  await record(tx, { tenant: null, actor, requestId }, { action: "account.created", subject, after: { with: by } });
  return user;
}

/** An account's row under lock, so that what is decided by it holds until the transaction's end. @throws unauthenticated where it is gone */
export async function lockOwn(tx: Tx, userId: string) {
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
  const user = await tx.user.findUnique({ where: { id: userId } });
  if (!user) throw unauthenticated();
  return user;
}
