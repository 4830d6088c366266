import { z } from "zod";
import type { RunLine, RunView, StartedRun } from "#lib/runs/index.ts";
import { Id, Instant, Maybe } from "./shapes.ts";

/** What the API shows of runs, and the rows as that. */
const RUN = {
  id: Id,
  kind: z.string().meta({ example: "provider.check" }),
  label: z.string().meta({ example: "Health check" }),
  subject: z
    .strictObject({ id: z.string(), label: z.string() })
    .describe("What it is done to; empty for the workspace"),
  state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
  phase: z.string().describe("What it is at, in words"),
  done: z.int(),
  total: Maybe(z.int()).describe("null where nobody knows"),
  startedBy: z.string().describe("An address, a robot's name, or Purser for a schedule"),
  queuedAt: Instant,
  startedAt: Maybe(Instant),
  finishedAt: Maybe(Instant),
  summary: Maybe(z.string()).describe("What came of it"),
  error: Maybe(z.string()).describe("Why it failed, in words"),
};

export const RunShape = z.strictObject(RUN).meta({ id: "Run" });

export const RunWithLogShape = z
  .strictObject({
    ...RUN,
    log: z.array(z.strictObject({ at: Instant, level: z.enum(["info", "warning", "error"]), text: z.string() })),
  })
  .meta({ id: "RunWithLog" });

export const StartedRunShape = z
  .strictObject({ runId: Id, made: z.boolean().describe("false: one was under way, and this is it") })
  .meta({ id: "StartedRun" });

export function viewRunRow(run: RunView) {
  const { id, kind, label, subjectId, subjectLabel, state, phase, done, total, summary, error } = run;
  const { startedByLabel: startedBy, queuedAt, startedAt, finishedAt } = run;
  const about = { id, kind, label, subject: { id: subjectId, label: subjectLabel }, state, phase, done, total };
  return { ...about, startedBy, queuedAt, startedAt, finishedAt, summary, error };
}

export function viewLog(lines: readonly RunLine[]) {
  return lines.map(({ at, level, text }) => ({ at, level, text }));
}

export function viewStarted({ run, made }: StartedRun) {
  return { runId: run.id, made };
}
