import { z } from "zod";
import { transaction } from "#lib/db/index.ts";
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
