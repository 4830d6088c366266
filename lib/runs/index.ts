/**
 * Runs: operations that take longer than a request, done by a worker. One of a kind and subject at a time; with progress, a
 * log and a result; cancelled by whoever may start it; begun again elsewhere, or failed with words, when its worker dies
 * (docs/adr/0019). A room that has long operations defines them here, and lib/jobs has them done.
 * Hidden: leases and their heartbeats, who takes what next, how whoever started it is looked at anew.
 */
export { CancelRun, cancelRun } from "./cancel-run.ts";
export { defineRun, type RunDefinition, type RunInHand, type RunResult } from "./define-run.ts";
export { type AnyRun, performRuns } from "./perform-runs.ts";
export { type StartedRun, startRun } from "./start-run.ts";
export { findLastRun, listRuns, RunFilter, type RunLine, type RunView, viewRun, viewRunWithLog } from "./view-runs.ts";
