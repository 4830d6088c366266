import { runSoon } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import type { StartedRun } from "#lib/runs/index.ts";

/** Has a run taken up, and says so: a worker finds it within a minute, whatever becomes of the call. */
export async function runStarted({ run, made }: StartedRun): Promise<{ message: string; data: { id: string } }> {
  await runSoon("runs").catch((error: Error) => log.warn({ error: error.message }, "a run has to wait"));
  const message = made ? "" : `It is under way already: ${run.startedByLabel} started it.`;
  return { message, data: { id: run.id } };
}
