import { apart, type OperationRun, query } from "#lib/db/index.ts";
import { log } from "../log.ts";
import type { Progress } from "./define-run.ts";
import { LEASE_SECONDS } from "./take-run.ts";

const BEAT_MS = 1000;

/** A worker's hold on a run: renewed every second, with what progress was reported meanwhile. */
export interface Hold {
  /** Aborts when the run isn't to be gone on with here. */
  signal: AbortSignal;
  why: "cancelled" | "lost" | "stopping" | null;
  report(progress: Progress): void;
  /** Ends the renewing, after what was reported last is written down. */
  release(): Promise<void>;
}

/** Begins to hold what this worker has taken. */
export function holdOf(run: OperationRun, stopping: AbortSignal): Hold {
  const ended = new AbortController();
  let said: Progress = {};
  let beating: Promise<void> = Promise.resolve();
  const lose = (why: Exclude<Hold["why"], null>) => {
    hold.why ??= why;
    ended.abort(new Error(`the run is ${why}`));
  };
  const beat = async () => {
    const news = said;
    said = {};
    const state = await renew(run, news);
    if (state !== "held") lose(state);
  };
  // A database that is away for a while is waited for, as long as the lease lasts: then somebody else may have it.
  let heardAt = performance.now();
  const timer = setInterval(() => {
    beating = beating.then(beat).then(
      () => {
        heardAt = performance.now();
      },
      (error: Error) => {
        log.warn({ run: run.id, error: error.message }, "a run's lease could not be renewed");
        if (performance.now() - heardAt > LEASE_SECONDS * 1000) lose("lost");
      },
    );
  }, BEAT_MS);
  const onStop = () => lose("stopping");
  stopping.addEventListener("abort", onStop, { once: true });
  const hold: Hold = {
    signal: ended.signal,
    why: null,
    report: (progress) => {
      said = { ...said, ...progress };
    },
    release: async () => {
      clearInterval(timer);
      stopping.removeEventListener("abort", onStop);
      await beating;
      if (hold.why === null) await beat().catch(() => undefined);
    },
  };
  // Whoever stops may have been asking for its next run just then.
  if (stopping.aborted) onStop();
  return hold;
}

async function renew(
  { id, leaseId }: OperationRun,
  { done, total, phase }: Progress,
): Promise<"held" | "cancelled" | "lost"> {
  const rows = await apart(() =>
    query(
      (db) => db.$queryRaw<{ cancelled_by: string | null }[]>`
        UPDATE operation_runs SET lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
          done = coalesce(${done ?? null}::bigint, done), phase = coalesce(${phase ?? null}, phase),
          total = CASE WHEN ${total !== undefined} THEN ${total ?? null}::bigint ELSE total END
        WHERE id = ${id}::uuid AND lease_id = ${leaseId}::uuid AND state = 'running'
        RETURNING cancelled_by`,
    ),
  );
  const row = rows[0];
  if (!row) return "lost";
  return row.cancelled_by === null ? "held" : "cancelled";
}
