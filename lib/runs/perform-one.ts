import { apart, type OperationRun, query, type Tx, transaction } from "#lib/db/index.ts";
import { isAppError } from "../errors.ts";
import { log } from "../log.ts";
import { parse } from "../parse.ts";
import { plainText } from "../plain-text.ts";
import { unseal } from "../seal.ts";
import type { RunDefinition, RunInHand, RunResult } from "./define-run.ts";
import { endRun } from "./end-run.ts";
import { type Hold, holdOf } from "./hold.ts";
import { contextOf } from "./run-context.ts";
import { writeLine } from "./run-log.ts";
import { secretOf } from "./start-run.ts";
import { letGo } from "./take-run.ts";

const WORDS_MAX = 1000;

interface How<I> {
  definition: RunDefinition<I>;
  /** Aborts when this worker stops: then the run is given back. */
  stopping: AbortSignal;
}

/** Does a run that this worker has just taken, to its end or until it loses it. Throws nothing: what goes wrong is written down. */
export async function performOne<I>(run: OperationRun, { definition, stopping }: How<I>): Promise<void> {
  const hold = holdOf(run, stopping);
  try {
    const taken = await inHand(run, { definition, hold });
    hold.signal.throwIfAborted();
    const result = await definition.perform(taken);
    await hold.release();
    await end(run, { state: "done", data: result });
  } catch (error) {
    await hold.release();
    await failed(run, { definition, hold, error: error as Error }).catch((second: Error) =>
      // The lease runs out, and another worker finds it.
      log.error({ run: run.id, error: second.stack }, "a run's end could not be written down"),
    );
  }
}

async function inHand<I>(
  run: OperationRun,
  { definition, hold }: { definition: RunDefinition<I>; hold: Hold },
): Promise<RunInHand<I>> {
  const { id, attempt, secret } = run;
  const within = async (tx: Tx) => {
    hold.signal.throwIfAborted();
    await ours(tx, run);
  };
  return {
    id,
    ctx: await contextOf(run),
    input: parse(definition.input, run.input),
    secret: secret ? unseal(secret, secretOf(id)) : "",
    attempt,
    signal: hold.signal,
    report: hold.report,
    log: (text, level = "info") => apart(() => query((db) => writeLine(db, run, { level, text: without(text, run) }))),
    hold: within,
    finish: async (tx, result) => {
      await within(tx);
      await endRun(tx, { run, state: "done", data: result });
      return result;
    },
  };
}

/** Locks a run that is this worker's until the transaction's end. @throws where it isn't, or was cancelled */
async function ours(tx: Tx, { id, leaseId }: OperationRun): Promise<void> {
  const held = await tx.$queryRaw<unknown[]>`SELECT 1 FROM operation_runs
    WHERE id = ${id}::uuid AND lease_id = ${leaseId}::uuid AND state = 'running' AND cancelled_by IS NULL FOR UPDATE`;
  if (held.length === 0) throw new Error("the run was cancelled, or is another worker's");
}

/** Ends a run where it is still this worker's and not over yet. */
async function end(
  run: OperationRun,
  { state, data }: { state: "done" | "failed" | "cancelled"; data: Partial<RunResult> & { error?: string } },
): Promise<void> {
  await asTheirs(run, async (tx, now) => {
    await endRun(tx, { run: now, state, data });
  });
}

async function asTheirs(run: OperationRun, work: (tx: Tx, now: OperationRun) => Promise<void>): Promise<void> {
  await transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM operation_runs WHERE id = ${run.id}::uuid FOR UPDATE`;
    const now = await tx.operationRun.findUnique({ where: { id: run.id } });
    if (now?.state === "running" && now.leaseId === run.leaseId) await work(tx, now);
  });
}

async function failed<I>(
  run: OperationRun,
  { definition, hold, error }: { definition: RunDefinition<I>; hold: Hold; error: Error },
): Promise<void> {
  if (hold.why === "cancelled") return end(run, { state: "cancelled", data: {} });
  if (hold.why === "lost") return;
  if (hold.why === "stopping") {
    return asTheirs(run, async (tx, now) => {
      await writeLine(tx, run, { level: "info", text: "The worker that had it was stopped." });
      // Nobody died: it may be begun as often as servers are started anew.
      await letGo(tx, { ...now, attempt: 0 }, definition.onDeath);
      await tx.operationRun.updateMany({ where: { id: run.id, state: "queued" }, data: { attempt: { decrement: 1 } } });
    });
  }
  const words = isAppError(error)
    ? error.message
    : "Something went wrong that is the server's to mend: its log says what.";
  if (!isAppError(error)) log.error({ run: run.id, kind: run.kind, error: error.stack }, "a run failed");
  await end(run, { state: "failed", data: { error: plainText(without(words, run), WORDS_MAX) } });
}

/** What is kept of a run where others read it: never what was given as its secret, whoever repeats that. */
function without(text: string, { id, secret }: OperationRun): string {
  const word = secret ? unseal(secret, secretOf(id)) : "";
  return word ? text.replaceAll(word, "…") : text;
}
