/**
 * Compliance snapshots: a signed picture, never changed, of who may have what at a moment and why, with the team, tokens,
 * tags and policies that keep it so; two of them compared, and exported so that they can be checked without us.
 * Hidden: how a moment is read whole, the canonical form that is signed, the key.
 */
export { canonicalJson } from "./canonical-json.ts";
export { compareSnapshots } from "./compare-snapshots.ts";
export { SNAPSHOT_FORMATS, type SnapshotFile, snapshotCsv, snapshotJson } from "./export-snapshot.ts";
export type { Counts, Picture } from "./picture.ts";
export { instancePublicKey } from "./signing.ts";
export { snapshotRun, takeSnapshot } from "./take-snapshot.ts";
export { listSnapshots, SnapshotFilter, type SnapshotRow, type SnapshotView, viewSnapshot } from "./view-snapshots.ts";
