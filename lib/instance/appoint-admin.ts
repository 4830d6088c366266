import { type AuditScope, record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import { EmailAddress } from "#lib/identity/index.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";

/**
 * Makes an account an instance admin, for whoever runs the instance and has its database: it asks for no right. Once an
 * admin is there, they make others themselves. Making one twice changes nothing.
 * @throws not_found where there is no such account; invalid
 */
export async function appointInstanceAdmin(email: string): Promise<{ email: string; changed: boolean }> {
  const address = parse(EmailAddress, email);
  const scope = { tenant: null, actor: { type: "system" }, requestId: "make-admin" } as const;
  return transaction(async (tx) => ({
    email: address,
    ...(await giveInstanceAdmin(tx, scope, { email: address })),
  }));
}

export async function giveInstanceAdmin(
  tx: Tx,
  scope: AuditScope,
  whom: { id: string } | { email: string },
): Promise<{ changed: boolean }> {
  const user = await tx.user.findUnique({ where: whom, select: { id: true, email: true } });
  if (!user) throw notFound("user");
  // The condition decides who was first: two at once are one deed.
  const { count } = await tx.user.updateMany({
    where: { id: user.id, isInstanceAdmin: false },
    data: { isInstanceAdmin: true },
  });
  if (count === 0) return { changed: false };
  const subject = { type: "user", id: user.id, label: user.email };
  await record(tx, scope, { action: "instance.adminMade", subject });
  return { changed: true };
}
