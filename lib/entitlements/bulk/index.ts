/**
 * Grants and revokes for many members at once: prepared from a list, a selection or a search, looked at, then done by a
 * worker in chunks, each in one transaction under the right that its asker has then.
 * Hidden: how lines are read, how what becomes of each is told before and after.
 */
export { OUTCOMES, type Outcome } from "./outcomes.ts";
export { CSV_MAX, PrepareBulk, prepareBulk } from "./prepare-bulk.ts";
export { runBulkChanges } from "./run-bulks.ts";
export { cancelBulk, confirmBulk, SteerBulk } from "./steer-bulk.ts";
export { BulkLineFilter, type BulkState, type BulkView, listBulkLines, listBulks, viewBulk } from "./view-bulk.ts";
