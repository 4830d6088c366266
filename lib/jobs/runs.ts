<<<<<<< HEAD
import { syncDirectoryRun } from "#lib/directory/index.ts";
=======
import { BACKUP_RUNS } from "#lib/backup/index.ts";
>>>>>>> 2649b79 (Restore a backup, whole or a part, after a look at what it would change and whose access)
import { checkRun, syncRun } from "#lib/providers/index.ts";
import type { AnyRun } from "#lib/runs/index.ts";
import { importUpstream } from "#lib/upstream/index.ts";

/** Every kind of run that there is: the rooms' own definitions. */
<<<<<<< HEAD
export const RUNS: readonly AnyRun[] = [checkRun, importUpstream, syncRun, syncDirectoryRun];
=======
export const RUNS: readonly AnyRun[] = [checkRun, importUpstream, syncRun, ...BACKUP_RUNS];
>>>>>>> 2649b79 (Restore a backup, whole or a part, after a look at what it would change and whose access)
