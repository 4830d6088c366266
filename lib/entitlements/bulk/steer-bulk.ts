import { z } from "zod";
import { decide } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { conflict } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { finishBulk } from "./finish-bulk.ts";
import { CAPABILITY } from "./prepare-bulk.ts";
import { type BulkView, bulkInTenant } from "./view-bulk.ts";

export const SteerBulk = z.strictObject({ bulkId: z.uuid("is not an id") });

/**
 * Has a prepared change done, as soon as a worker is free; a second time changes nothing. Whoever confirms it is who does it.
 * @throws forbidden without `entitlement.grant` or `entitlement.revoke`; not_found; conflict where it was cancelled
 */
export async function confirmBulk(ctx: Ctx, input: z.input<typeof SteerBulk>): Promise<{ changed: boolean }> {
  return steer(ctx, input, async (tx, change) => {
    if (change.cancelledAt) throw conflict("It was cancelled. Prepare it again.");
    if (change.confirmedAt || ctx.actor.type !== "user") return { changed: false };
    const by = { userId: ctx.actor.id, requestedByLabel: ctx.actor.email, requestId: ctx.requestId };
    await tx.bulkChange.update({ where: { id: change.id }, data: { confirmedAt: ctx.now, ...by } });
    return { changed: true };
  });
}

/**
 * Cancels a change: one that was only prepared is gone, of one under way what is done stays done.
 * @throws as confirmBulk
 */
export async function cancelBulk(
  ctx: Ctx,
  input: z.input<typeof SteerBulk>,
): Promise<{ changed: boolean; gone: boolean }> {
  return steer(ctx, input, async (tx, change) => {
    if (!change.confirmedAt) {
      await tx.bulkItem.deleteMany({ where: { tenantId: ctx.tenant.id, bulkId: change.id } });
      await tx.bulkChange.delete({ where: { id: change.id } });
      return { changed: true, gone: true };
    }
    if (change.finishedAt) return { changed: false, gone: false };
    await finishBulk(tx, ctx, { change, how: { cancelledAt: ctx.now } });
    return { changed: true, gone: false };
  });
}

async function steer<T>(
  ctx: Ctx,
  input: z.input<typeof SteerBulk>,
  work: (tx: Tx, change: BulkView) => Promise<T>,
): Promise<T> {
  // Who may do neither is told so before anything is looked for; which of the two it takes is in the row.
  if (!decide(ctx.actor, "entitlement.revoke").allowed) await demand(ctx, "entitlement.grant");
  const { bulkId } = parse(SteerBulk, input);
  return transaction(async (tx) => {
    // A chunk under way holds it: what is asked here comes after that chunk, and before the next.
    await tx.$queryRaw`SELECT id FROM bulk_changes WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${bulkId}::uuid
      FOR UPDATE`;
    const change = await bulkInTenant(tx, ctx, bulkId);
    await demand(ctx, CAPABILITY[change.kind]);
    return work(tx, change);
  });
}
