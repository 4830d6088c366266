import { z } from "zod";
import {
  BackupFilter,
  beginUpload,
  deleteBackup,
  listBackups,
  lookAtRestore,
  openUpload,
  RESTORE_FIELDS,
  receiveUpload,
  reportOf,
  StartBackup,
  startBackup,
  startRestore,
  startVerify,
  viewBackup,
} from "#lib/backup/index.ts";
import { bodyOf, currentRequest } from "#lib/http/index.ts";
import { viewRun } from "#lib/runs/index.ts";
import type { Ctx } from "../../context.ts";
import { notFound } from "../../errors.ts";
import { BackupShape, RestoreReportShape, viewBackupRow, viewReport } from "../backup-shapes.ts";
import { type Operation, stream, team } from "../operation.ts";
import { StartedRunShape, viewStarted } from "../run-shapes.ts";
import { Id, Next } from "../shapes.ts";

const group = "Backups";
const params = z.strictObject({ backup: z.uuid().describe("The backup's id") });
const passphrase = z.string().min(1, "is missing").max(200);
const A_RUN = "A run, begun within a minute; one that is under way is the same.";

export const BACKUP_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/backups",
    summary: "List backups, newest first",
    group,
    needs: "backup.view",
    query: BackupFilter,
    response: z.strictObject({ backups: z.array(BackupShape), next: Next }),
    answer: async ({ ctx, query }) => {
      const { backups, next } = await listBackups(ctx, query);
      return { backups: backups.map(viewBackupRow), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/backups",
    summary: "Make a backup",
    description: A_RUN,
    group,
    needs: "backup.create",
    keyed: false,
    body: StartBackup,
    response: StartedRunShape,
    answer: async ({ ctx, body }) => viewStarted(await startBackup(ctx, body)),
  }),
  team({
    method: "GET",
    path: "/v1/backups/{backup}",
    summary: "See a backup",
    group,
    needs: "backup.view",
    params,
    response: BackupShape,
    answer: async ({ ctx, params }) => viewBackupRow(await viewBackup(ctx, params.backup)),
  }),
  team({
    method: "DELETE",
    path: "/v1/backups/{backup}",
    summary: "Delete a backup for good",
    group,
    needs: "backup.delete",
    params,
    body: z.strictObject({ confirm: z.string().describe("When it was begun, as its page is headed") }),
    example: { confirm: "2026-11-22 02:00" },
    response: z.strictObject({ id: Id }),
    answer: async ({ ctx, params: { backup: id }, body }) => {
      await deleteBackup(ctx, { id, ...body });
      return { id };
    },
  }),
  team({
    method: "POST",
    path: "/v1/backups/{backup}/verify",
    summary: "Compare a backup's file with what was written",
    description: A_RUN,
    group,
    needs: "backup.create",
    keyed: false,
    params,
    response: StartedRunShape,
    answer: async ({ ctx, params }) => viewStarted(await startVerify(ctx, params.backup)),
  }),
  team({
    method: "POST",
    path: "/v1/backups/{backup}/look",
    summary: "Look at what a restore would change",
    description: `${A_RUN} Nothing is changed.`,
    group,
    needs: "backup.restore",
    keyed: false,
    params,
    body: z.strictObject({ ...RESTORE_FIELDS, passphrase }),
    example: { part: "product", product: "pro", passphrase: "…" },
    response: StartedRunShape,
    answer: async ({ ctx, params: { backup: backupId }, body: { passphrase, ...wanted } }) =>
      viewStarted(await lookAtRestore(ctx, { wanted: { backupId, ...wanted }, passphrase })),
  }),
  team({
    method: "GET",
    path: "/v1/backups/{backup}/looks/{run}",
    summary: "See what a restore would change, as a look found it",
    group,
    needs: "backup.view",
    params: z.strictObject({ ...params.shape, run: z.uuid().describe("The look's run") }),
    response: RestoreReportShape,
    answer: async ({ ctx, params: { backup, run } }) => viewReport(await lookedAt(ctx, backup, run)),
  }),
  team({
    method: "POST",
    path: "/v1/backups/{backup}/restore",
    summary: "Restore what was looked at",
    description: "A run, that does what was looked at or nothing.",
    group,
    needs: "backup.restore",
    keyed: false,
    params,
    body: z.strictObject({ lookedAt: z.uuid("is not an id").describe("The look's run"), passphrase }),
    response: StartedRunShape,
    answer: async ({ ctx, params, body }) => {
      await lookedAt(ctx, params.backup, body.lookedAt);
      return viewStarted(await startRestore(ctx, body));
    },
  }),
  team({
    method: "POST",
    path: "/v1/backup-uploads",
    summary: "Begin the upload of a backup's file",
    group,
    needs: "backup.restore",
    keyed: false,
    response: z.strictObject({ id: Id }),
    answer: ({ ctx }) => beginUpload(ctx),
  }),
  stream({
    method: "PUT",
    path: "/v1/backup-uploads/{upload}",
    summary: "Send the file of a backup",
    description: "In one go. What breaks off, is too large or is no backup leaves nothing: begin anew.",
    group,
    needs: "backup.restore",
    bytes: true,
    tickets: true,
    params: z.strictObject({ upload: z.uuid().describe("The upload's id") }),
    response: BackupShape,
    answers: { 200: "The backup, which nobody has opened yet" },
    answer: ({ request, params, ctx }) => takeFile(request, ctx, params.upload),
  }),
  team({
    method: "POST",
    path: "/v1/backups/{backup}/open",
    summary: "Open a backup that was uploaded",
    description: "A run that reads all of it. What turns out to be none is gone afterwards.",
    group,
    needs: "backup.restore",
    keyed: false,
    params,
    body: z.strictObject({ passphrase }),
    example: { passphrase: "…" },
    response: StartedRunShape,
    answer: async ({ ctx, params: { backup: id }, body }) => viewStarted(await openUpload(ctx, { id, ...body })),
  }),
];

/** What a look at this backup came to. @throws not_found where it was at another one */
async function lookedAt(ctx: Ctx, backupId: string, runId: string) {
  const run = await viewRun(ctx, runId);
  if (run.kind !== "backup.preview" || run.subjectId !== backupId) throw notFound("look");
  return reportOf(run);
}

async function takeFile(request: Request, ctx: Ctx, id: string): Promise<Response> {
  const header = request.headers.get("content-length");
  const backup = await receiveUpload(ctx, id, {
    source: bodyOf(request),
    ...(header !== null && { length: Number(header) }),
  });
  return new Response(JSON.stringify(viewBackupRow(backup)), {
    headers: {
      "content-type": "application/json",
      "cache-control": "private, no-store",
      "x-request-id": currentRequest().requestId,
    },
  });
}
