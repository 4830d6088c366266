import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { EmailAddress } from "../email.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { addComplimentaryMember } from "./members.ts";

export const AddMemberByEmail = z.strictObject({
  email: EmailAddress,
  kind: z.enum(["lifetime", "complimentary"]).default("complimentary"),
});

/**
 * The same for whoever has an account with that address and has shown that it is theirs.
 * @throws forbidden without `member.invite`; not_found where nobody has; invalid
 */
export async function addMemberByEmail(ctx: Ctx, input: z.input<typeof AddMemberByEmail>): Promise<{ id: string }> {
  await demand(ctx, "member.invite");
  const { email, kind } = parse(AddMemberByEmail, input);
  const where = { email, emailVerifiedAt: { not: null } };
  const user = await query((db) => db.user.findFirst({ where, select: { id: true } }));
  if (!user) throw notFound("account with that address; they make one first");
  return addComplimentaryMember(ctx, { userId: user.id, kind });
}
