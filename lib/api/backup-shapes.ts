import { z } from "zod";
import type { BackupRow, RestoreReport } from "#lib/backup/index.ts";
import { Id, Instant, Maybe } from "./shapes.ts";

/** What the API shows of backups, and the rows as that. */
export const BackupShape = z
  .strictObject({
    id: Id,
    state: z.enum(["writing", "kept", "failed", "unread"]).describe("unread: uploaded, and not opened yet"),
    origin: z.enum(["made", "uploaded"]),
    startedBy: z.string().describe("An address, a robot's name, or Purser for a schedule"),
    startedAt: Instant,
    finishedAt: Maybe(Instant),
    withBytes: z.boolean().describe("Whether it holds the bytes of layers and files"),
    bytes: Maybe(z.int()).describe("Of its file"),
    sha256: Maybe(z.string()).describe("Of its file, in hex"),
    verifiedAt: Maybe(Instant).describe("null: never, or it was not whole"),
    error: Maybe(z.string()),
    rows: Maybe(z.int()),
    blobs: Maybe(z.int()).describe("Layers and files that it names"),
    from: Maybe(
      z.strictObject({
        slug: z.string(),
        instance: z.string(),
        takenAt: Instant,
        sealed: z.boolean(),
        own: z.boolean(),
      }),
    ).describe("Where one that was uploaded is from. sealed: this instance wrote it; own: and it is this workspace's"),
  })
  .meta({ id: "Backup" });

export function viewBackupRow({
  startedByLabel,
  contents,
  startedBy: _,
  recipient: __,
  leasedUntil: ___,
  ...row
}: BackupRow) {
  const { rows = null, blobs = null, from = null } = contents ?? {};
  return { ...row, startedBy: startedByLabel, rows, blobs, from };
}

const AccessShape = z.strictObject({
  members: z.int(),
  pairs: z.int().describe("Members with products"),
  rows: z.array(z.strictObject({ memberId: Id, email: z.string(), product: z.string() })).describe("The first 200"),
});

export const RestoreReportShape = z
  .strictObject({
    takenAt: Instant,
    tenant: z.strictObject({ slug: z.string(), name: z.string() }).describe("Where it goes"),
    tables: z.array(z.strictObject({ table: z.string(), added: z.int(), changed: z.int(), removed: z.int() })),
    dropped: z.record(z.string(), z.int()).describe("Rows left out, since what they refer to is not there"),
    comingBack: z
      .array(
        z.strictObject({
          kind: z.string(),
          total: z.int(),
          rows: z.array(z.strictObject({ key: z.string(), label: z.string() })),
        }),
      )
      .describe("What was taken since and stays taken, unless bringBack names its key, or `<kind>:all`"),
    gained: AccessShape,
    lost: AccessShape,
    missing: z.strictObject({ count: z.int(), digests: z.array(z.string()) }).describe("Layers that are nowhere"),
  })
  .meta({ id: "RestoreReport" });

export function viewReport({ wanted: _, planHash: __, ...report }: RestoreReport) {
  return report;
}
