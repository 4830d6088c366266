import type { z } from "zod";
import type { Capability } from "#lib/access/index.ts";
import type { Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

export interface RunResult {
  /** What came of it, in a sentence. */
  summary: string;
  /** What its page shows besides. */
  details?: Prisma.InputJsonObject;
}

/** A run, as whoever does it sees it. */
export interface RunInHand<I = unknown> {
  id: string;
  /** Whoever started it, as they stand to the tenant now; the system for what a schedule started. */
  ctx: Ctx;
  input: I;
  /** What was given as a secret when it was started; empty otherwise. */
  secret: string;
  /** 1 at first; more where a worker died with it. */
  attempt: number;
  /** Aborts where it was cancelled, where this worker stops, and where another one has it by now. */
  signal: AbortSignal;
  /** Says how far it is; a part that is left out stays as it was. Written down a few times a second at most. */
  report(progress: Progress): void;
  /** A line of its log. */
  log(text: string, level?: LineLevel): Promise<void>;
  /**
   * Makes sure, in the transaction that changes something, that the run is still this worker's: whoever cancels it or
   * takes it over waits for the transaction's end. @throws where it was cancelled, or is another worker's
   */
  hold(tx: Tx): Promise<void>;
  /** Ends the run within that transaction: what it did and that it is done stand or fall together. @throws as hold */
  finish(tx: Tx, result: RunResult): Promise<RunResult>;
}

export interface Progress {
  done?: number;
  /** Of how many; null where nobody knows. */
  total?: number | null;
  /** What it is at, in a few words. */
  phase?: string;
}

export type LineLevel = "info" | "warning" | "error";

export interface RunDefinition<I = unknown> {
  /** `<what>.<verb>`: never changed, since rows keep it. */
  kind: string;
  /** What it does, in words: "Make a backup". */
  label: string;
  view: Capability;
  /** What starting and cancelling it take. */
  start: Capability;
  input: z.ZodType<I>;
  /** When its worker dies: begun again, since what was done may be done twice; or failed, with words. */
  onDeath: "again" | "fail";
  /** @throws AppError with words for whoever started it */
  perform(run: RunInHand<I>): Promise<RunResult>;
}

/** A kind of run: data and one function. */
export function defineRun<I>(definition: RunDefinition<I>): RunDefinition<I> {
  return definition;
}
