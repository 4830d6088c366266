import { z } from "zod";

const count = z.int().min(0).default(0);

/** What a clean-up did, or would do. Bytes are those of the store: physical, each blob once. */
export const CleanupReport = z.object({
  /** Blobs that were taken out of a repository, which goes on without them. */
  links: count,
  blobs: count,
  blobBytes: count,
  /** Uploads that nobody went on with. */
  uploads: count,
  uploadBytes: count,
  /** Files of the store that no row knew of: what a process left that died. */
  orphans: count,
  orphanBytes: count,
});

export type CleanupReport = z.output<typeof CleanupReport>;

export function emptyReport(): CleanupReport {
  return CleanupReport.parse({});
}

export function freedBytes(report: CleanupReport): number {
  return report.blobBytes + report.uploadBytes + report.orphanBytes;
}

export function withMore(report: CleanupReport, more: Partial<CleanupReport>): CleanupReport {
  const sums = Object.entries(more).map(([key, value]) => [key, report[key as keyof CleanupReport] + value] as const);
  return { ...report, ...Object.fromEntries(sums) };
}
