import { actorKey, actorLabel } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import type { OperationRun, Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import { parse } from "../parse.ts";
import { seal } from "../seal.ts";
import type { RunDefinition } from "./define-run.ts";

export interface StartedRun {
  run: Pick<OperationRun, "id" | "label" | "state" | "startedByLabel" | "queuedAt">;
  /** False where one was under way: then that is the run. */
  made: boolean;
}

interface Start<I> {
  run: RunDefinition<I>;
  /** What it is done to; nothing where a tenant has one such thing. */
  subject?: {
    id: string;
    label: string;
    /** Where that is shown, below the tenant's pages: `providers/store`. */
    page?: string;
  };
  input: I;
  /** Kept encrypted until the run is over. */
  secret?: string;
}

const SHOWN = { id: true, label: true, state: true, startedByLabel: true, queuedAt: true } as const;

/**
 * Queues a run in the caller's transaction, who has demanded its capability; a worker takes it up once that has ended and
 * `runSoon("runs")` was called. Of two that are started at once one is made, by a unique index: the other one waits for the
 * first one's transaction and is told of its run. @throws invalid for an input that isn't the kind's
 */
export async function startRun<I>(tx: Tx, ctx: Ctx, start: Start<I>): Promise<StartedRun> {
  const { kind, label } = start.run;
  const { id: subjectId, label: subjectLabel, page: subjectPage } = start.subject ?? { id: "", label: "" };
  const one = { tenantId: ctx.tenant.id, kind, subjectId };
  const id = newId();
  const about = { label, subjectLabel, subjectPage, viewCapability: start.run.view, startCapability: start.run.start };
  const by = { startedBy: actorKey(ctx.actor), startedByLabel: actorLabel(ctx.actor), requestId: ctx.requestId };
  const input = parse(start.run.input, start.input) as Prisma.InputJsonValue;
  const secret = start.secret === undefined ? null : seal(start.secret, secretOf(id));
  // One statement, that can't fail on the index: a failed one would end the caller's transaction.
  await tx.operationRun.createMany({ data: [{ id, ...one, ...about, ...by, input, secret }], skipDuplicates: true });
  const run = await tx.operationRun.findFirst({
    where: { ...one, state: { in: ["queued", "running"] } },
    select: SHOWN,
  });
  // It ended between the two: then this one is made after all.
  if (!run) return startRun(tx, ctx, start);
  if (run.id !== id) return { run, made: false };
  await record(tx, ctx, {
    action: "run.started",
    subject: { type: "run", id, label },
    after: subjectOf(one, subjectLabel),
  });
  return { run, made: true };
}

/** Where a run's secret is sealed for. */
export function secretOf(id: string): string {
  return `operation_runs.secret:${id}`;
}

/** What a run is done to, for the log. */
export function subjectOf(
  { kind, subjectId }: Pick<OperationRun, "kind" | "subjectId">,
  label: string,
): Prisma.InputJsonObject {
  return { kind, ...(subjectId && { subject: { id: subjectId, label } }) };
}
