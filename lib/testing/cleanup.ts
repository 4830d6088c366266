import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type CleanupLimits, type CleanupReport, emptyReport, sweep, withMore } from "#lib/cleanup/index.ts";
import { db } from "#lib/db/index.ts";
import { blobStore } from "#lib/storage/index.ts";

const DAY = 86_400_000;

// Files of earlier runs lie in the tests' store, of which a new run's database knows nothing.
const strangersMax = 1e9;

type Limits = Omit<CleanupLimits, "strangersMax"> & Partial<CleanupLimits>;

/** As an instance is set up. */
export const GRACE: CleanupLimits = { graceMs: DAY, orphanGraceMs: DAY, uploadIdleMs: 7 * DAY, strangersMax };
/** What nothing refers to goes at once; files without a row may be those of a push that runs. */
export const NO_GRACE: CleanupLimits = { graceMs: 0, orphanGraceMs: 3_600_000, uploadIdleMs: DAY, strangersMax };

/** Sweeps once. @returns what went */
export async function swept(limits: Limits = NO_GRACE): Promise<CleanupReport> {
  let report = emptyReport();
  const onProgress = (done: Partial<CleanupReport>) => {
    report = withMore(report, done);
  };
  await sweep({
    limits: { strangersMax, ...limits },
    runId: null,
    signal: new AbortController().signal,
    onProgress,
  });
  return report;
}

/** The file of a blob's bytes, by its storage key. */
export function fileOf(storageKey: string): string {
  return (blobStore().locate(storageKey) as { path: string }).path;
}

/** Whether a blob is whole: its row, its bytes, its digest. */
export async function isWhole(digest: string): Promise<boolean> {
  const row = await db().blob.findUnique({ where: { digest } });
  if (row?.state !== "live" || !existsSync(fileOf(row.storageKey))) return false;
  return (
    `sha256:${createHash("sha256")
      .update(readFileSync(fileOf(row.storageKey)))
      .digest("hex")}` === digest
  );
}
