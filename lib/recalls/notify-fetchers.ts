import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { personsSql } from "./fetched-sql.ts";
import { lockedRecall, RecallId, type RecallRow, subjectOf } from "./find-recall.ts";

export const NotifyFetchers = z.strictObject({ recallId: RecallId });

/** How many letters go out now: to members who were not told yet, and again to those whose letter could not be sent. */
export interface Notified {
  letters: number;
  again: number;
}

/**
 * Has a letter sent to each member who fetched what is recalled and whose address is proven, whatever they chose about new
 * versions. Called again it tells only who fetched since, and tries again what could not be sent. A background job sends.
 * @throws forbidden without `release.recall`; not_found; conflict for a recall that was lifted
 */
export async function notifyFetchers(ctx: Ctx, input: z.input<typeof NotifyFetchers>): Promise<Notified> {
  await demand(ctx, "release.recall");
  const { recallId } = parse(NotifyFetchers, input);
  return transaction(async (tx) => {
    const recall = await lockedRecall(tx, ctx, recallId);
    if (recall.liftedAt) throw conflict("This recall was lifted: nobody is told of it any more.");
    return notifyWithin(tx, ctx, recall);
  });
}

/** The same of a standing recall that the caller has locked, as a part of their transaction. */
export async function notifyWithin(tx: Tx, ctx: Ctx, recall: RecallRow): Promise<Notified> {
  const letters = await tx.$executeRaw`
    WITH RECURSIVE ${personsSql(ctx, { recallId: recall.id })}
    INSERT INTO recall_letters (tenant_id, recall_id, member_id)
    SELECT DISTINCT ${ctx.tenant.id}::uuid, ${recall.id}::uuid, member_id FROM persons WHERE can_be_told
    ON CONFLICT DO NOTHING`;
  const { count: again } = await tx.recallLetter.updateMany({
    where: { tenantId: ctx.tenant.id, recallId: recall.id, sentAt: null, attempts: { gte: ATTEMPTS_MAX } },
    data: { attempts: 0, error: null },
  });
  if (letters + again === 0) return { letters, again };
  await record(tx, ctx, { action: "recall.notified", subject: subjectOf(recall), after: { letters, again } });
  return { letters, again };
}

/** So often a letter is tried. */
export const ATTEMPTS_MAX = 5;
