/**
 * The clean-up: what nothing refers to any more goes, after a grace, and never from under a push (docs/adr/0015). Links of
 * blobs to repositories, then blobs without a link with their bytes, uploads that nobody goes on with, and files that no
 * row knows of. Any number of processes may do it at once, and any may die anywhere: the next one goes on.
 * Hidden: in which order what is locked, how a run is taken up again, how it is counted.
 */
export { type CleanupLimits, cleanupLimits, type Sweep } from "./limits.ts";
export { type CleanupReport, emptyReport, freedBytes, withMore } from "./report.ts";
export { runCleanups } from "./run-cleanups.ts";
export { type CleanupRunRow, findRun, lastCleanup, listRuns, requestRun } from "./runs.ts";
export { sweep } from "./sweep.ts";
