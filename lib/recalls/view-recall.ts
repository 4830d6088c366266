import { z } from "zod";
import { demand, labelActors } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type RecallRow, recallInTenant, WITH_PLACE } from "./find-recall.ts";
import { ATTEMPTS_MAX } from "./notify-fetchers.ts";

/** How far the letters of a recall are. */
export interface Letters {
  sent: number;
  waiting: number;
  /** Tried five times, and never taken by the mail server. */
  failed: number;
}

/** A recall as its page shows it. */
export interface RecallView extends Omit<RecallRow, "files"> {
  by: string;
  liftedByLabel: string | null;
  letters: Letters;
}

export const RecallFilter = z.strictObject({
  productId: z.uuid("is not an id"),
  /** The recall after which the page begins. */
  after: z.uuid("is not an id").optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

/** A product's recalls, also lifted ones, the newest first, a page at a time. @throws forbidden; not_found; invalid */
export async function listRecalls(
  ctx: Ctx,
  input: z.input<typeof RecallFilter>,
): Promise<{ recalls: RecallView[]; next: string | null }> {
  await demand(ctx, "release.view");
  const { productId, after, limit } = parse(RecallFilter, input);
  return query(async (db) => {
    const product = await productInTenant(db, ctx, productId);
    const rows = await db.recall.findMany({
      where: { tenantId: ctx.tenant.id, productId: product.id, ...(after && { id: { lt: after } }) },
      include: WITH_PLACE,
      orderBy: { id: "desc" },
      take: limit + 1,
    });
    const recalls = await viewsOf(db, ctx, rows.slice(0, limit));
    return { recalls, next: rows.length > limit ? (recalls.at(-1)?.id ?? null) : null };
  });
}

/** One recall. @throws forbidden without `release.view`; not_found */
export async function viewRecall(ctx: Ctx, { recallId }: { recallId: string }): Promise<RecallView> {
  await demand(ctx, "release.view");
  return query(async (db) => {
    const [view] = await viewsOf(db, ctx, [await recallInTenant(db, ctx, recallId)]);
    return view as RecallView;
  });
}

/** The standing recall of a release, or of an image or an index that it belongs to; null where there is none. @throws forbidden */
export async function findStandingRecall(
  ctx: Ctx,
  thing: { releaseId: string } | { repositoryId: string; digest: string },
): Promise<RecallView | null> {
  await demand(ctx, "release.view");
  const meant = "digest" in thing ? { images: { some: thing } } : thing;
  return query(async (db) => {
    const recall = await db.recall.findFirst({
      where: { tenantId: ctx.tenant.id, liftedAt: null, ...meant },
      include: WITH_PLACE,
      orderBy: { id: "desc" },
    });
    const [view] = recall ? await viewsOf(db, ctx, [recall]) : [];
    return view ?? null;
  });
}

async function viewsOf(db: Tx, ctx: Ctx, rows: readonly RecallRow[]): Promise<RecallView[]> {
  const ids = rows.map(({ id }) => id);
  const letters = await db.$queryRaw<(Letters & { id: string })[]>`
    SELECT recall_id AS id, count(sent_at)::int AS sent,
      count(*) FILTER (WHERE sent_at IS NULL AND attempts < ${ATTEMPTS_MAX})::int AS waiting,
      count(*) FILTER (WHERE sent_at IS NULL AND attempts >= ${ATTEMPTS_MAX})::int AS failed
    FROM recall_letters WHERE recall_id = ANY(${ids}::uuid[]) GROUP BY 1`;
  const labels = await labelActors(
    ctx,
    rows.flatMap(({ recalledBy, liftedBy }) => (liftedBy ? [recalledBy, liftedBy] : [recalledBy])),
  );
  return rows.map(({ files: _, ...row }) => {
    const { sent, waiting, failed } = letters.find(({ id }) => id === row.id) ?? NO_LETTERS;
    return {
      ...row,
      by: labels.get(row.recalledBy) ?? row.recalledBy,
      liftedByLabel: row.liftedBy && (labels.get(row.liftedBy) ?? row.liftedBy),
      letters: { sent, waiting, failed },
    };
  });
}

const NO_LETTERS: Letters = { sent: 0, waiting: 0, failed: 0 };
