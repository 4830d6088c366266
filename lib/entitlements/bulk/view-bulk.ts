import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { type BulkChange, query, sql, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { notFound } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { type Line, linesSql, OUTCOMES, type Outcome } from "./outcomes.ts";

export type BulkState = "prepared" | "waiting" | "running" | "done" | "cancelled" | "stopped";

export interface BulkView extends BulkChange {
  product: { id: string; slug: string; name: string };
  state: BulkState;
}

const PRODUCT = { product: { select: { id: true, slug: true, name: true } } } as const;
const SHOWN = 50;

/** The latest bulk changes, newest first. @throws forbidden without `entitlement.view` */
export async function listBulks(ctx: Ctx): Promise<BulkView[]> {
  await demand(ctx, "entitlement.view");
  const where = { tenantId: ctx.tenant.id };
  const rows = await query((db) =>
    db.bulkChange.findMany({ where, include: PRODUCT, orderBy: { id: "desc" }, take: SHOWN }),
  );
  return rows.map(shown);
}

/** One bulk change with how many lines come to what, now or for good. @throws forbidden; not_found */
export async function viewBulk(
  ctx: Ctx,
  id: string,
): Promise<{ change: BulkView; counts: Partial<Record<Outcome, number>>; items: number }> {
  await demand(ctx, "entitlement.view");
  return query(async (tx) => {
    const change = await bulkInTenant(tx, ctx, id);
    const counts = await countsOf(tx, change, ctx.now);
    const items = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return { change, counts, items };
  });
}

export const BulkLineFilter = z.strictObject({
  bulkId: z.uuid("is not an id"),
  outcome: z.enum(OUTCOMES).optional(),
  /** A part of the address. */
  search: z.string().trim().max(320).optional(),
  /** The line after which the page begins. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Its lines, a page at a time. @throws forbidden; not_found; invalid */
export async function listBulkLines(
  ctx: Ctx,
  input: z.input<typeof BulkLineFilter>,
): Promise<{ lines: Line[]; next: number | null }> {
  await demand(ctx, "entitlement.view");
  const { bulkId, outcome, search, after, limit } = parse(BulkLineFilter, input);
  return query(async (tx) => {
    const change = await bulkInTenant(tx, ctx, bulkId);
    const range = sql`AND i.line > ${after} AND position(lower(${search ?? ""}) IN lower(i.email)) > 0`;
    const rows = await tx.$queryRaw<Line[]>`
      SELECT * FROM (${linesSql(change, ctx.now, range)}) lines
      WHERE ${outcome ?? null}::text IS NULL OR outcome = ${outcome ?? null}::text ORDER BY line LIMIT ${limit + 1}`;
    const lines = rows.slice(0, limit);
    return { lines, next: rows.length > limit ? (lines.at(-1)?.line ?? null) : null };
  });
}

export async function countsOf(tx: Tx, change: BulkChange, now: Date): Promise<Partial<Record<Outcome, number>>> {
  const rows = await tx.$queryRaw<{ outcome: Outcome; count: bigint }[]>`
    SELECT outcome, count(*) AS count FROM (${linesSql(change, now)}) lines GROUP BY outcome`;
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]));
}

/** @throws not_found */
export async function bulkInTenant(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<BulkView> {
  const known = z.uuid().safeParse(id).success;
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const row = known ? await tx.bulkChange.findUnique({ where, include: PRODUCT }) : null;
  if (!row) throw notFound("bulk change");
  return shown(row);
}

function shown(row: BulkChange & Pick<BulkView, "product">): BulkView {
  return { ...row, state: stateOf(row) };
}

function stateOf({ confirmedAt, cancelledAt, finishedAt, error, doneTo }: BulkChange): BulkState {
  if (error) return "stopped";
  if (cancelledAt) return "cancelled";
  if (finishedAt) return "done";
  if (!confirmedAt) return "prepared";
  return doneTo > 0 ? "running" : "waiting";
}
