import { recordDenial } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { notFound } from "../errors.ts";

/**
 * The first line of every verb here: the database says that the caller is an instance admin now, whatever the session
 * said a moment ago. A refusal is recorded in the instance's log.
 * @throws not_found for everyone else: there is nothing here for them
 */
export async function demandInstanceAdmin(ctx: AccountCtx): Promise<void> {
  const user = await query((db) =>
    db.user.findUnique({ where: { id: ctx.actor.id }, select: { isInstanceAdmin: true } }),
  );
  if (user?.isInstanceAdmin) return;
  const reason = "Only instance admins may.";
  await recordDenial({ ...ctx, tenant: null }, { action: "instance.admin", reason });
  throw notFound("page");
}

/**
 * The same within a transaction, and until its end: whoever takes the right away waits, and so does a second deed of the
 * same admin. @throws not_found
 */
export async function lockInstanceAdmin(tx: Tx, ctx: AccountCtx): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM users WHERE id = ${ctx.actor.id}::uuid AND is_instance_admin FOR NO KEY UPDATE`;
  if (rows.length === 0) throw notFound("page");
}
