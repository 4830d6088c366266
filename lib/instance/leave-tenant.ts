import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { parse } from "../parse.ts";
import { demandInstanceAdmin, lockInstanceAdmin } from "./demand-admin.ts";

export const ByTenant = z.strictObject({ tenantId: z.uuid() });

/**
 * Ends the caller's support view of a tenant for the next request. Leaving what has ended changes nothing.
 * @throws not_found for whoever is no instance admin; invalid
 */
export async function leaveTenant(ctx: AccountCtx, input: z.input<typeof ByTenant>): Promise<{ changed: boolean }> {
  await demandInstanceAdmin(ctx);
  const { tenantId } = parse(ByTenant, input);
  return transaction(async (tx) => {
    await lockInstanceAdmin(tx, ctx);
    const ended = await endSupportEntries(tx, ctx, { userId: ctx.actor.id, tenantId });
    return { changed: ended > 0 };
  });
}

/** Ends the active entries of a user, in one tenant or in all; each tenant's log says by whom. @returns how many */
export async function endSupportEntries(
  tx: Tx,
  ctx: AccountCtx,
  whose: { userId: string; tenantId?: string },
): Promise<number> {
  const active = await tx.supportEntry.findMany({
    where: { ...whose, endedAt: null, expiresAt: { gt: ctx.now } },
    include: { tenant: { select: { id: true, slug: true } } },
    // One order for all: each record takes its tenant's log.
    orderBy: { tenantId: "asc" },
  });
  for (const { id, tenant, expiresAt } of active) {
    await tx.supportEntry.update({ where: { id }, data: { endedAt: ctx.now } });
    await record(
      tx,
      { ...ctx, actor: { ...ctx.actor, support: true }, tenant },
      {
        action: "support.left",
        subject: { type: "tenant", id: tenant.id, label: tenant.slug },
        before: { until: expiresAt.toISOString() },
      },
    );
  }
  return active.length;
}
