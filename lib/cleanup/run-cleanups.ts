import { type CleanupRun, query, transaction } from "#lib/db/index.ts";
import { log } from "../log.ts";
import { type CleanupLimits, cleanupLimits, type Sweep } from "./limits.ts";
import { previewSweep } from "./preview.ts";
import { CleanupReport, emptyReport, withMore } from "./report.ts";
import { requestRun } from "./runs.ts";
import { sweep } from "./sweep.ts";

const KEEP_DAYS = 90;

/**
 * Does every clean-up that was asked for, and that one of the schedule where it is due. A run that a process left when it
 * died is taken up where it was. @throws the signal's reason, and what can't be written down since the database is away
 */
export async function runCleanups(how: {
  signal: AbortSignal;
  scheduled: boolean;
  limits?: CleanupLimits;
}): Promise<void> {
  if (how.scheduled) await transaction((tx) => requestRun(tx, { type: "system" }, { dry: false }));
  const limits = how.limits ?? cleanupLimits();
  for (let run = await nextRun(); run; run = await nextRun()) await perform(run, { signal: how.signal, limits });
  await query(
    (db) => db.$executeRaw`
    DELETE FROM cleanup_runs WHERE finished_at < now() - make_interval(days => ${KEEP_DAYS})`,
  );
}

function nextRun(): Promise<CleanupRun | null> {
  return query((db) => db.cleanupRun.findFirst({ where: { finishedAt: null }, orderBy: { id: "asc" } }));
}

async function perform(run: CleanupRun, { signal, limits }: Pick<Sweep, "signal" | "limits">): Promise<void> {
  const { id, dry } = run;
  // A count begins anew; what was removed stays removed.
  let report = dry ? emptyReport() : CleanupReport.parse(run.report);
  const write = (data: { finishedAt?: Date; error?: string; startedAt?: Date }) =>
    query((db) => db.cleanupRun.update({ where: { id }, data: { ...data, report }, select: { id: true } }));
  const onProgress = async (done: Partial<CleanupReport>) => {
    report = withMore(report, done);
    await write({});
  };
  try {
    await write({ startedAt: run.startedAt ?? new Date() });
    await (dry ? previewSweep : sweep)({ limits, signal, runId: id, onProgress });
    await write({ finishedAt: new Date() });
    log.info({ run: id, dry, ...report }, "a clean-up is over");
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ run: id, error: (error as Error).stack }, "a clean-up failed");
    await write({ finishedAt: new Date(), error: lastLine((error as Error).message) });
  }
}

// Prisma's messages begin with where in the code it was.
function lastLine(message: string): string {
  return message.trim().split("\n").at(-1) ?? message;
}
