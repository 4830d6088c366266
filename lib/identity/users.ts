import { z } from "zod";
import { query, transaction } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { EmailAddress } from "./email.ts";
import { hashPassword, Password } from "./password.ts";

export const CreateUser = z.strictObject({
  email: EmailAddress,
  name: z.string().trim().max(100).optional(),
  password: Password,
});

/** Makes an account whose address counts as verified. @throws conflict where the address has one; invalid */
export async function createUser(input: z.input<typeof CreateUser>): Promise<{ id: string; email: string }> {
  const { email, name, password } = parse(CreateUser, input);
  const passwordHash = await hashPassword(password);
  return transaction(async (tx) => {
    if (await tx.user.findUnique({ where: { email } })) throw conflict(`There is an account for ${email} already.`);
    return tx.user.create({
      data: { email, name, passwordHash, emailVerifiedAt: new Date() },
      select: { id: true, email: true },
    });
  });
}

export interface SessionUser {
  id: string;
  email: string;
  name: string | null;
  sessionVersion: number;
}

/** The user of a session; null where the account is gone or its sessions were ended since. */
export async function findSessionUser(id: string, sessionVersion: number): Promise<SessionUser | null> {
  const select = { id: true, email: true, name: true, sessionVersion: true } as const;
  return query((db) => db.user.findFirst({ where: { id, sessionVersion }, select }));
}
