import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { giveInstanceAdmin } from "./appoint-admin.ts";
import { demandInstanceAdmin, lockInstanceAdmin } from "./demand-admin.ts";
import { endSupportEntries } from "./leave-tenant.ts";

export const ByUser = z.strictObject({ userId: z.uuid() });

/**
 * Makes a user an instance admin. Making one twice changes nothing.
 * @throws not_found for an unknown user, and for whoever is no instance admin; invalid
 */
export async function makeInstanceAdmin(ctx: AccountCtx, input: z.input<typeof ByUser>): Promise<{ changed: boolean }> {
  await demandInstanceAdmin(ctx);
  const { userId } = parse(ByUser, input);
  return transaction(async (tx) => {
    await lockInstanceAdmin(tx, ctx);
    return giveInstanceAdmin(tx, { ...ctx, tenant: null }, { id: userId });
  });
}

/**
 * Takes the instance from a user for their next request, and ends their support views. The last admin stays.
 * @throws not_found for an unknown user, and for whoever is no instance admin; conflict for the last one; invalid
 */
export async function removeInstanceAdmin(
  ctx: AccountCtx,
  input: z.input<typeof ByUser>,
): Promise<{ changed: boolean }> {
  await demandInstanceAdmin(ctx);
  const { userId } = parse(ByUser, input);
  return transaction(async (tx) => {
    const admins = await lockAllAdmins(tx);
    if (!admins.includes(ctx.actor.id)) throw notFound("page");
    const user = await tx.user.findUnique({ where: { id: userId }, select: { id: true, email: true } });
    if (!user) throw notFound("user");
    if (!admins.includes(userId)) return { changed: false };
    if (admins.length === 1) throw conflict("This is the last instance admin. Make another one first.");
    await tx.user.update({ where: { id: userId }, data: { isInstanceAdmin: false }, select: { id: true } });
    await endSupportEntries(tx, ctx, { userId });
    const subject = { type: "user", id: user.id, label: user.email };
    await record(tx, { ...ctx, tenant: null }, { action: "instance.adminRemoved", subject });
    return { changed: true };
  });
}

/** All of them, until the transaction ends: of two removals the second one counts after the first. */
async function lockAllAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM users WHERE is_instance_admin ORDER BY id FOR NO KEY UPDATE`;
  return rows.map(({ id }) => id);
}
