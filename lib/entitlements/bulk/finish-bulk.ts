import { record } from "#lib/audit/index.ts";
import type { Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import type { BulkView } from "./view-bulk.ts";

const ACTIONS = { grant: "entitlement.bulkGranted", revoke: "entitlement.bulkRevoked" } as const;

/** Ends a bulk change, and records it as a whole: each member's part stands in the ledger. */
export async function finishBulk(
  tx: Tx,
  ctx: Ctx,
  { change, how = {} }: { change: BulkView; how?: { cancelledAt?: Date; error?: string } },
): Promise<void> {
  const { id, kind, product, doneTo, lines } = change;
  await tx.bulkChange.update({ where: { id }, data: { ...how, finishedAt: ctx.now } });
  const done: Prisma.InputJsonObject = await doneCounts(tx, change);
  const short = how.error ?? (how.cancelledAt ? `cancelled after line ${doneTo} of ${lines}` : undefined);
  await record(tx, ctx, {
    action: ACTIONS[kind],
    subject: { type: "bulkChange", id, label: product.slug },
    reason: short ?? (change.reason || undefined),
    after: { product: product.slug, lines, ...done },
  });
}

async function doneCounts(tx: Tx, change: BulkView): Promise<Record<string, number>> {
  const rows = await tx.bulkItem.groupBy({
    by: ["outcome"],
    where: { tenantId: change.tenantId, bulkId: change.id, outcome: { not: null } },
    _count: true,
  });
  return Object.fromEntries(rows.map(({ outcome, _count }) => [outcome ?? "", _count]));
}
