import { z } from "zod";
import { actorLabel, type Capability, decide } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { endRun } from "./end-run.ts";

export const CancelRun = z.strictObject({ runId: z.uuid("is not an id") });

const STARTS = [
  "provider.syncInventory",
  "provider.checkHealth",
  "provider.snapshotCompliance",
  "group.sync",
  "backup.create",
  "backup.restore",
] as const satisfies Capability[];

/**
 * Ends a run that is queued at once, and asks the worker that has one to stop: what that has done by then its result says.
 * A run that is over stays as it is.
 * @throws not_found; forbidden without the capability that starting it takes
 */
export async function cancelRun(ctx: Ctx, input: z.input<typeof CancelRun>): Promise<{ changed: boolean }> {
  // Who may stop none is told so before anything is looked for; what one takes is in its row.
  if (!STARTS.some((capability) => decide(ctx.actor, capability).allowed)) await demand(ctx, "provider.syncInventory");
  const { runId } = parse(CancelRun, input);
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id: runId } };
  const known = await query((db) => db.operationRun.findUnique({ where, select: { startCapability: true } }));
  if (!known) throw notFound("run");
  await demand(ctx, known.startCapability as Capability);
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM operation_runs WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${runId}::uuid
      FOR UPDATE`;
    const run = await tx.operationRun.findUniqueOrThrow({ where });
    const cancelledBy = actorLabel(ctx.actor);
    if (run.state === "queued") {
      await endRun(tx, { run, state: "cancelled", data: { cancelledBy }, by: ctx.actor });
      return { changed: true };
    }
    if (run.state !== "running" || run.cancelledBy !== null) return { changed: false };
    await tx.operationRun.update({ where: { id: runId }, data: { cancelledBy } });
    return { changed: true };
  });
}
