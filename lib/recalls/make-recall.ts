import { actorKey } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { type Prisma, sql, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { type RecallRow, subjectOf, WITH_PLACE } from "./find-recall.ts";
import { notifyWithin } from "./notify-fetchers.ts";
import { markedSql, type Thing } from "./recalled-thing.ts";

/** A recall, and whether it was made now. */
export interface MadeRecall {
  recall: RecallRow;
  changed: boolean;
  /** How many letters go out with it. */
  letters: number;
}

interface Made {
  thing: Exclude<Thing, { recallId: string }>;
  about: Pick<Prisma.RecallUncheckedCreateInput, "productId" | "label" | "reason" | "replacement" | "files">;
  notify: boolean;
  /** What else the log says. */
  after?: Prisma.InputJsonObject;
}

/** Recalls what the caller has locked, so that of two who recall it at once one does; the other's is told that it is recalled. */
export async function makeRecall(tx: Tx, ctx: Ctx, { thing, about, notify, after }: Made): Promise<MadeRecall> {
  const tenantId = ctx.tenant.id;
  const standing = await tx.recall.findFirst({ where: { tenantId, ...thing, liftedAt: null }, include: WITH_PLACE });
  if (standing) return { recall: standing, changed: false, letters: 0 };
  const by = { recalledBy: actorKey(ctx.actor), recalledAt: ctx.now };
  const recall = await tx.recall.create({ data: { tenantId, ...thing, ...about, ...by }, include: WITH_PLACE });
  const marked = await tx.$executeRaw(sql`
    WITH RECURSIVE ${markedSql(thing)}
    INSERT INTO recalled_images (tenant_id, recall_id, repository_id, digest)
    SELECT ${tenantId}::uuid, ${recall.id}::uuid, repository_id, digest FROM marked`);
  const { reason, replacement } = recall;
  const said = { ...(replacement && { replacement }), images: marked, ...after };
  await record(tx, ctx, { action: "recall.made", subject: subjectOf(recall), reason, after: said });
  const { letters } = notify ? await notifyWithin(tx, ctx, recall) : { letters: 0 };
  return { recall, changed: true, letters };
}
