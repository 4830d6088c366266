import { identityToRecipient } from "age-encryption";
import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { asOne, type Backup, query, type Tx, transaction } from "#lib/db/index.ts";
import { defineRun, type RunInHand, type StartedRun, startRun } from "#lib/runs/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, isAppError } from "../errors.ts";
import { plural } from "../format.ts";
import { parse } from "../parse.ts";
import { archiveName } from "./files.ts";
import { openKey } from "./key.ts";
import { contentsOf, placeOf, subjectOf } from "./make-backup.ts";
import type { Manifest } from "./manifest.ts";
import { readBackup } from "./read-backup.ts";
import { refuseNewer } from "./restore-refusals.ts";
import { makeStage, stageRows } from "./stage.ts";
import { TABLES } from "./tables.ts";
import { refuseCrafted, type Trust, trustIn, whereFrom } from "./trust.ts";
import { forget, unreadInTenant, waitingUntil } from "./upload-backup.ts";

export const OpenUpload = z.strictObject({
  id: z.uuid("is not an id"),
  passphrase: z.string().min(1, "is missing").max(200),
});

/**
 * Has an upload that has arrived read, all of it: afterwards it is one of the workspace's backups, or it was none and is gone.
 * @throws forbidden without `backup.restore`; not_found; conflict where it has not arrived; invalid for another passphrase
 */
export async function openUpload(ctx: Ctx, input: z.input<typeof OpenUpload>): Promise<StartedRun> {
  await demand(ctx, "backup.restore");
  const { id, passphrase } = parse(OpenUpload, input);
  const upload = await query((db) => unreadInTenant(db, ctx, id));
  if (upload.bytes === null) throw conflict("This upload has not arrived yet.");
  const secret = await openKey(upload, passphrase);
  return transaction(async (tx) => {
    await tx.backup.updateMany({ where: { id, state: "unread" }, data: { leasedUntil: waitingUntil() } });
    return startRun(tx, ctx, { run: openUploadRun, subject: placeOf(upload), input: { backupId: id }, secret });
  });
}

export const openUploadRun = defineRun<{ backupId: string }>({
  kind: "backup.open",
  label: "Open an uploaded backup",
  view: "backup.view",
  start: "backup.restore",
  input: z.strictObject({ backupId: z.uuid() }),
  onDeath: "again",
  perform: async (run) => {
    // Not one that another run has opened meanwhile: that is kept.
    const backup = await query((db) => unreadInTenant(db, run.ctx, run.input.backupId));
    const { manifest, trust } = await readWhole(run, backup).catch(async (error: unknown) => {
      // What is no backup is not kept; what could not be read for another reason can be opened once more.
      if (isAppError(error) && ["conflict", "invalid"].includes(error.code)) await forget(backup);
      throw error;
    });
    const recipient = await identityToRecipient(run.secret);
    return asOne(async (tx) => {
      await keep(tx, run.ctx, { backup, manifest, trust, recipient });
      const what = plural(contentsOf(manifest).rows, "row");
      const summary = `a backup of ${whereFrom(manifest, trust)}: ${what}, whole`;
      return run.finish(tx, { summary, details: { backupId: backup.id } });
    });
  },
});

async function readWhole(run: RunInHand<unknown>, backup: Backup): Promise<{ manifest: Manifest; trust: Trust }> {
  let trust: Trust = { sealed: false, own: false };
  const opener = { identity: run.secret };
  let done = 0;
  const manifest = await readBackup(await namedFiles().read(archiveName(backup)), opener, {
    rows: async () => {
      run.signal.throwIfAborted();
      run.report({ phase: "reading rows", done: done++, total: null });
    },
    manifest: async (manifest, sealed) => {
      trust = trustIn(backup, { manifest, sealed });
      if (!manifest.tenant) throw instanceBackup();
      await query((db) => refuseNewer(db, manifest));
      return false;
    },
    blob: async () => {
      run.signal.throwIfAborted();
      run.report({ phase: "reading layers and files", done: done++, total: null });
    },
  });
  await tryRows(backup, opener, trust);
  return { manifest, trust };
}

class Tried extends Error {}

/** Has the database read every row as a restore does, and forgets them. */
async function tryRows(backup: Backup, opener: { identity: string }, trust: Trust): Promise<void> {
  const specs = new Map(TABLES.map((spec) => [spec.table, spec]));
  const trying = asOne(async (tx) => {
    await makeStage(tx, TABLES);
    await readBackup(await namedFiles().read(archiveName(backup)), opener, {
      rows: async (table, lines) => {
        const spec = specs.get(table);
        if (spec) await stageRows(tx, spec, lines);
      },
      manifest: async (manifest) => {
        if (!trust.sealed) await refuseCrafted(tx, manifest, new Set(specs.keys()));
        return true;
      },
    });
    throw new Tried();
  });
  await trying.catch((error: unknown) => {
    if (!(error instanceof Tried)) throw error;
  });
}

function instanceBackup() {
  return conflict("This is a backup of a whole instance: npm run restore takes it, into an empty database.", {
    reason: "backup_not_ours",
  });
}

interface Read {
  backup: Backup;
  manifest: Manifest;
  trust: Trust;
  recipient: string;
}

async function keep(tx: Tx, ctx: Ctx, { backup, manifest, trust, recipient }: Read): Promise<void> {
  const { id, tenantId } = backup;
  const { tenant, instance, takenAt, withBytes } = manifest;
  const from = { slug: tenant?.slug ?? "", instance, takenAt, ...trust };
  const contents = { ...contentsOf(manifest), from };
  const now = new Date();
  const data = {
    state: "kept",
    withBytes,
    recipient,
    contents,
    finishedAt: now,
    verifiedAt: now,
    leasedUntil: null,
  } as const;
  await tx.backup.update({ where: { tenantId_id: { tenantId, id } }, data });
  const after = { ...from, bytes: Number(backup.bytes), sha256: backup.sha256 };
  await record(tx, ctx, { action: "backup.uploaded", subject: subjectOf(backup), after });
}
