import { asOne, type Tx } from "#lib/db/index.ts";
import { type Letter, lockTenant, sendGroupLetters } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { unauthenticated } from "../errors.ts";

/** What a change of the directory made, and the invitations that follow from it. */
export interface Settled<T> {
  made: T;
  letters: Letter[];
}

/**
 * One transaction under the tenant's lock, of all that follows from a change too; the letters go out after it.
 * @throws unauthenticated for a directory whose secret was revoked while it waited for the lock
 */
export async function settled<T>(ctx: Ctx, work: (tx: Tx) => Promise<Settled<T>>): Promise<T> {
  const { made, letters } = await asOne(async (tx) => {
    await lockTenant(tx, ctx.tenant.id);
    await refuseRevoked(tx, ctx);
    return work(tx);
  });
  await sendGroupLetters(letters, ctx);
  return made;
}

async function refuseRevoked(tx: Tx, { tenant, actor }: Ctx): Promise<void> {
  if (actor.type !== "token") return;
  const where = { id: actor.id, tenantId: tenant.id, revokedAt: { not: null } };
  if (await tx.directorySecret.findFirst({ where, select: { id: true } })) throw unauthenticated(REVOKED);
}

const REVOKED = "Send Authorization: Bearer with the secret of this directory.";
