import { z } from "zod";
import { type Capability, decide, isCapability } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { containing, type OperationRun, type OperationRunLine, type Prisma, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";

const PAGE = 50;

export interface RunView
  extends Pick<
    OperationRun,
    | "id"
    | "kind"
    | "label"
    | "subjectId"
    | "subjectLabel"
    | "subjectPage"
    | "state"
    | "startedByLabel"
    | "queuedAt"
    | "startedAt"
    | "finishedAt"
    | "attempt"
    | "cancelledBy"
    | "phase"
    | "summary"
    | "error"
  > {
  done: number;
  /** Null where nobody knows. */
  total: number | null;
  details: unknown;
  /** What starting and cancelling it take. */
  start: Capability;
}

export type RunLine = Pick<OperationRunLine, "n" | "at" | "level" | "text">;

export const RunFilter = z.strictObject({
  kind: z.string().max(64).optional(),
  subjectId: z.string().max(64).optional(),
  state: z.enum(["queued", "running", "done", "failed", "cancelled"]).optional(),
  /** A part of what it does, or of what it is done to. */
  search: z.string().max(200).optional(),
  /** Where the page before ended. */
  after: z.uuid("is not an id").optional(),
  limit: z.int().min(1).max(100).optional(),
});

/**
 * Runs that the actor may see, newest first. Those that are over are kept for 90 days.
 * @throws forbidden without `tenant.view`; invalid
 */
export async function listRuns(
  ctx: Ctx,
  filter: z.input<typeof RunFilter>,
): Promise<{ runs: RunView[]; next: string | null }> {
  await demand(ctx, "tenant.view");
  const { after, search, limit = PAGE, ...where } = parse(RunFilter, filter);
  const found = search && containing(search);
  const rows = await query((db) =>
    db.operationRun.findMany({
      where: {
        ...where,
        ...visibleTo(ctx),
        ...(found && { OR: [{ label: found }, { subjectLabel: found }] }),
        ...(after && { id: { lt: after } }),
      },
      orderBy: { id: "desc" },
      take: limit + 1,
    }),
  );
  const page = rows.slice(0, limit);
  return { runs: page.map(runShown), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** @throws forbidden without `tenant.view`; not_found, also for who may not see it */
export async function viewRun(ctx: Ctx, runId: string): Promise<RunView> {
  await demand(ctx, "tenant.view");
  const { runId: id } = parse(z.strictObject({ runId: z.uuid("is not an id") }), { runId });
  const row = await query((db) => db.operationRun.findFirst({ where: { ...visibleTo(ctx), id } }));
  if (!row) throw notFound("run");
  return runShown(row);
}

/** The latest run of a kind and subject, by whoever may see it; null where there was none. */
export async function findLastRun(ctx: Ctx, of: { kind: string; subjectId?: string }): Promise<RunView | null> {
  const { runs } = await listRuns(ctx, { ...of, limit: 1 });
  return runs[0] ?? null;
}

/** A run with its log after line `after`. @throws as viewRun */
export async function viewRunWithLog(ctx: Ctx, runId: string, after = 0): Promise<{ run: RunView; lines: RunLine[] }> {
  const run = await viewRun(ctx, runId);
  const lines = await query((db) =>
    db.operationRunLine.findMany({
      where: { tenantId: ctx.tenant.id, runId: run.id, n: { gt: after } },
      orderBy: { n: "asc" },
      select: { n: true, at: true, level: true, text: true },
    }),
  );
  return { run, lines };
}

// The rows name what seeing them takes, in capabilities that are few.
function visibleTo({ tenant, actor }: Ctx): Prisma.OperationRunWhereInput {
  const views = VIEWS.filter((capability) => decide(actor, capability).allowed);
  return { tenantId: tenant.id, viewCapability: { in: [...views] } };
}

const VIEWS = ["provider.view", "backup.view", "group.view", "policy.view"] as const satisfies Capability[];

function runShown(row: OperationRun): RunView {
  const { done, total, startCapability } = row;
  if (!isCapability(startCapability)) throw new Error(`a run needs “${startCapability}”, which is no capability`);
  return { ...row, done: Number(done), total: total === null ? null : Number(total), start: startCapability };
}
