import { z } from "zod";
import { actorKey } from "#lib/access/index.ts";
import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { lockedRecall, RecallId, type RecallRow, subjectOf, WITH_PLACE } from "./find-recall.ts";
import { RecallReason } from "./recall-fields.ts";

/** A recall, and whether it was lifted now. */
export interface LiftedRecall {
  recall: RecallRow;
  changed: boolean;
}

export const LiftRecall = z.strictObject({ recallId: RecallId, reason: RecallReason });

/**
 * Takes a recall back: nobody is warned any more, and letters that wait are not sent. A release that was withdrawn with it stays
 * withdrawn until it is restored. What is lifted already changes nothing, and says so.
 * @throws forbidden without `release.recall`; not_found; invalid without a reason
 */
export async function liftRecall(ctx: Ctx, input: z.input<typeof LiftRecall>): Promise<LiftedRecall> {
  await demand(ctx, "release.recall");
  const { recallId, reason } = parse(LiftRecall, input);
  return transaction(async (tx) => {
    const standing = await lockedRecall(tx, ctx, recallId);
    if (standing.liftedAt) return { recall: standing, changed: false };
    const data = { liftedAt: ctx.now, liftedBy: actorKey(ctx.actor), liftReason: reason };
    const recall = await tx.recall.update({ where: { id: standing.id }, data, include: WITH_PLACE });
    await record(tx, ctx, { action: "recall.lifted", subject: subjectOf(recall), reason });
    return { recall, changed: true };
  });
}
