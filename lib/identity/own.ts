import { type AuditEntry, record } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { invalid, isAppError } from "../errors.ts";
import { checkPassword } from "./sign-in.ts";

type Own = Pick<AccountCtx, "actor" | "requestId">;

/** A person's context where they have proven who they are, but have no session. */
export function contextOf({ id, email }: { id: string; email: string }, from: { requestId: string }): Own {
  return { actor: { type: "user", id, email, role: null }, requestId: from.requestId };
}

/** Records what somebody did to their own account: it belongs to no tenant. */
export async function recordOwn(tx: Tx, { actor, requestId }: Own, entry: Omit<AuditEntry, "subject">): Promise<void> {
  const subject = { type: "user", id: actor.id, label: actor.email };
  await record(tx, { tenant: null, actor, requestId }, { ...entry, subject });
}

/** What shows that the owner is at the browser, and not somebody who found it open. */
export interface Proof {
  currentPassword?: string | undefined;
  address: string;
}

/**
 * Asks for the account's password, where it has one; wrong ones count as at the sign-in page.
 * @throws invalid beside the field where it is missing or wrong; limit_exceeded
 */
export async function demandOwner({ actor }: Own, { currentPassword, address }: Proof): Promise<void> {
  if (!(await hasPassword(actor.id))) return;
  if (!currentPassword) throw invalid({ currentPassword: "is missing" });
  await checkPassword({ email: actor.email, password: currentPassword }, { address }).catch((error) => {
    throw isAppError(error) && error.code === "unauthenticated" ? invalid({ currentPassword: "is wrong" }) : error;
  });
}

export async function hasPassword(userId: string): Promise<boolean> {
  const user = await query((db) => db.user.findUnique({ where: { id: userId }, select: { passwordHash: true } }));
  return Boolean(user?.passwordHash);
}
