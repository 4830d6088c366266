import { env } from "../env.ts";
import type { CleanupReport } from "./report.ts";

export interface CleanupLimits {
  /** For how long what nothing refers to stays all the same: a push may be on its way to refer to it. */
  graceMs: number;
  /** For how long a file of the store may be without a row. Longer than any commit takes. */
  orphanGraceMs: number;
  /** How many files the database may not know of, where they are more than those it knows: beyond, it is the wrong one. */
  strangersMax: number;
  /** After how long without a byte an upload is given up. */
  uploadIdleMs: number;
}

/** One pass, and whom to tell of it. */
export interface Sweep {
  limits: CleanupLimits;
  /** Which run this is, for what each tenant is told; null for none. */
  runId: string | null;
  signal: AbortSignal;
  /** Told of each batch. */
  onProgress(done: Partial<CleanupReport>): Promise<void> | void;
}

const HOUR_MS = 3_600_000;
const ORPHAN_GRACE_MS_MIN = 10 * 60_000;
const STRANGERS_MAX = 100;

/** What the settings say. */
export function cleanupLimits(): CleanupLimits {
  const graceMs = env().CLEANUP_GRACE_HOURS * HOUR_MS;
  const uploadIdleMs = env().UPLOAD_IDLE_DAYS * 24 * HOUR_MS;
  const orphanGraceMs = Math.max(graceMs, ORPHAN_GRACE_MS_MIN);
  return { graceMs, orphanGraceMs, uploadIdleMs, strangersMax: STRANGERS_MAX };
}
