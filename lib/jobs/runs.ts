import { BACKUP_RUNS } from "#lib/backup/index.ts";
import { snapshotRun } from "#lib/compliance/index.ts";
import { syncDirectoryRun } from "#lib/directory/index.ts";
import { checkRun, syncRun } from "#lib/providers/index.ts";
import type { AnyRun } from "#lib/runs/index.ts";
import { importUpstream } from "#lib/upstream/index.ts";

/** Every kind of run that there is: the rooms' own definitions. */
export const RUNS: readonly AnyRun[] = [
  checkRun,
  importUpstream,
  snapshotRun,
  syncDirectoryRun,
  syncRun,
  ...BACKUP_RUNS,
];
