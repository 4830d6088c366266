import { type Actor, actorKey, actorLabel } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type CleanupRun, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { CleanupReport } from "./report.ts";

export interface CleanupRunRow {
  id: string;
  requestedAt: Date;
  /** Who asked, in words. */
  requestedBy: string;
  dry: boolean;
  state: "waiting" | "running" | "done" | "failed";
  startedAt: Date | null;
  finishedAt: Date | null;
  report: CleanupReport;
  error: string | null;
}

/** Asks for a run. One that waits already is the same. @returns its id */
export async function requestRun(
  tx: Tx,
  actor: Actor,
  { dry }: { dry: boolean },
): Promise<{ id: string; made: boolean }> {
  const waiting = await tx.cleanupRun.findFirst({
    where: { startedAt: null, finishedAt: null, dry },
    select: { id: true },
  });
  if (waiting) return { ...waiting, made: false };
  const data = { requestedBy: actorKey(actor), requestedByLabel: actorLabel(actor), dry };
  return { ...(await tx.cleanupRun.create({ data, select: { id: true } })), made: true };
}

/** The latest runs, newest first. */
export async function listRuns(limit: number): Promise<CleanupRunRow[]> {
  const rows = await query((db) => db.cleanupRun.findMany({ orderBy: { id: "desc" }, take: limit }));
  return rows.map(runShown);
}

export async function findRun(id: string): Promise<CleanupRunRow | null> {
  const row = await query((db) => db.cleanupRun.findUnique({ where: { id } }));
  return row && runShown(row);
}

/**
 * When the last clean-up was over, and what the last one that freed something for the tenant freed.
 * @throws forbidden without `tenant.view`
 */
export async function lastCleanup(
  ctx: Ctx,
): Promise<{ ranAt: Date | null; freed: { at: Date; blobs: number; bytes: number } | null }> {
  await demand(ctx, "tenant.view");
  const tenantId = ctx.tenant.id;
  const [last, share] = await query((db) =>
    Promise.all([
      db.cleanupRun.findFirst({
        where: { dry: false, error: null, finishedAt: { not: null } },
        orderBy: { id: "desc" },
        select: { finishedAt: true },
      }),
      db.cleanupShare.findFirst({ where: { tenantId }, orderBy: { runId: "desc" } }),
    ]),
  );
  const freed = share && { at: share.at, blobs: share.blobs, bytes: Number(share.bytes) };
  return { ranAt: last?.finishedAt ?? null, freed };
}

function runShown(row: CleanupRun): CleanupRunRow {
  const { id, requestedAt, requestedByLabel: requestedBy, dry, startedAt, finishedAt, error } = row;
  const report = CleanupReport.parse(row.report);
  return { id, requestedAt, requestedBy, dry, startedAt, finishedAt, error, report, state: stateOf(row) };
}

function stateOf({ startedAt, finishedAt, error }: CleanupRun): CleanupRunRow["state"] {
  if (error !== null) return "failed";
  if (finishedAt) return "done";
  return startedAt ? "running" : "waiting";
}
