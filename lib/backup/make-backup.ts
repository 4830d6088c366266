import { Readable } from "node:stream";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { actorKey, actorLabel } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { type Backup, query, transaction } from "#lib/db/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { isAppError } from "../errors.ts";
import { faultPoint } from "../fault-point.ts";
import { log } from "../log.ts";
import { damaged } from "./archive-reader.ts";
import { writeArchive } from "./archive-writer.ts";
import { carrierOf } from "./carried-key.ts";
import { archiveName, fileOf, keyName, removeFiles } from "./files.ts";
import { blobBytesIn, type Manifest, rowsIn } from "./manifest.ts";
import { readBackup } from "./read-backup.ts";
import { noPassphrase } from "./settings.ts";
import { TABLES } from "./tables.ts";
import { type Wanted, writeBackup } from "./write-backup.ts";

export type Watch = Pick<Wanted, "signal" | "onProgress">;

const LEASE_MS = 120_000;

/** What a row tells of its backup's contents. */
export interface Contents {
  schema: string;
  /** Rows, by table. */
  tables: Record<string, number>;
  rows: number;
  blobs: number;
  blobBytes: number;
  /** Layers that were never fetched from upstream. Absent in what was made before they were counted. */
  unfetched?: number;
  /** Of one that was uploaded: where it is from. */
  from?: { slug: string; instance: string; takenAt: string; sealed: boolean; own: boolean };
}

/**
 * Writes a backup and reads it back: kept, it is known to be whole. The bytes that are read were encrypted for a second
 * key as well, which is never written down. What fails leaves a row that says why, and no file.
 * @throws conflict where no passphrase is set; unavailable where the store or the database is away
 */
export async function makeBackup(ctx: Ctx, asked: { withBytes: boolean }, watch: Watch = {}): Promise<Backup> {
  const backup = await begin(ctx, asked);
  const timer = setInterval(() => void renew(backup.id), LEASE_MS / 4);
  try {
    const written = await write(ctx, backup, watch);
    await faultPoint("backup written");
    await readBack(backup, written, watch);
    return await finish(ctx, backup, written);
  } catch (error) {
    await giveUp(backup, error as Error);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** A backup's row for a while to come; it is a dead writer's afterwards. */
const leased = () => new Date(Date.now() + LEASE_MS);

function begin(ctx: Ctx, { withBytes }: { withBytes: boolean }): Promise<Backup> {
  return transaction(async (tx) => {
    const settings = await tx.backupSettings.findUnique({ where: { tenantId: ctx.tenant.id } });
    if (!settings) throw noPassphrase();
    const { recipient, keyEncrypted } = settings;
    const by = { startedBy: actorKey(ctx.actor), startedByLabel: actorLabel(ctx.actor) };
    const data = { tenantId: ctx.tenant.id, withBytes, recipient, keyEncrypted, ...by };
    return tx.backup.create({ data: { ...data, leasedUntil: leased() } });
  });
}

// The clean-up waits for as long as this is renewed: one that can't be is lost only after a while.
async function renew(id: string): Promise<void> {
  const where = { id, state: "writing" } as const;
  await query((db) => db.backup.updateMany({ where, data: { leasedUntil: leased() } })).catch((error: Error) =>
    log.warn({ backup: id, error: error.message }, "a backup's lease was not renewed"),
  );
}

interface Written {
  manifest: Manifest;
  bytes: number;
  sha256: string;
  /** Opens the file, for as long as this process knows it. */
  identity: string;
}

async function write(ctx: Ctx, backup: Backup, watch: Watch): Promise<Written> {
  const identity = await generateX25519Identity();
  const recipients = [backup.recipient, await identityToRecipient(identity), carrierOf(backup.keyEncrypted)];
  const { id, slug, name } = ctx.tenant;
  const wanted = { tenant: { id, slug, name }, tables: TABLES, withBytes: backup.withBytes, now: new Date(), ...watch };
  let manifest: Manifest | null = null;
  const archive = await writeArchive({ recipients }, async (to) => {
    manifest = await writeBackup(to, wanted);
  });
  const bytes = await namedFiles()
    .write(archiveName(backup), archive.stream)
    .catch(async (error) => {
      // Why it could not be filled, rather than that its stream broke.
      await archive.filled;
      throw error;
    });
  await archive.filled;
  await namedFiles().write(keyName(backup), Readable.from([Buffer.from(`${backup.keyEncrypted}\n`)]));
  if (!manifest) throw new Error("a backup was written without its manifest");
  return { manifest, bytes, sha256: archive.sha256(), identity };
}

async function readBack(backup: Backup, written: Written, { signal, onProgress }: Watch): Promise<void> {
  const total = written.manifest.blobs.length;
  let done = 0;
  await readBackup(
    await namedFiles().read(archiveName(backup)),
    { identity: written.identity },
    {
      manifest: async () => false,
      blob: async () => {
        signal?.throwIfAborted();
        await onProgress?.({ phase: "reading back", done: done++, total });
      },
    },
  );
  const found = await fileOf(backup, signal);
  if (found.sha256 !== written.sha256) throw damaged(null, "what was read back is not what was written");
}

async function finish(ctx: Ctx, { id }: Backup, { manifest, bytes, sha256 }: Written): Promise<Backup> {
  const now = new Date();
  return transaction(async (tx) => {
    const kept = { state: "kept", bytes, sha256, finishedAt: now, verifiedAt: now, leasedUntil: null } as const;
    const contents = contentsOf(manifest);
    const backup = await tx.backup.update({ where: { id }, data: { ...kept, contents: { ...contents } } });
    const after = { bytes, sha256, rows: contents.rows, blobs: contents.blobs, withBytes: manifest.withBytes };
    await record(tx, ctx, { action: "backup.created", subject: subjectOf(backup), after });
    return backup;
  });
}

/** What a row keeps of a manifest. */
export function contentsOf(manifest: Manifest): Contents {
  const tables = Object.fromEntries(Object.entries(manifest.tables).map(([table, { rows }]) => [table, rows]));
  const blobs = { blobs: manifest.blobs.length, blobBytes: blobBytesIn(manifest) };
  return { schema: manifest.schema, tables, rows: rowsIn(manifest), ...blobs, unfetched: manifest.unfetched };
}

/** A backup as the audit log names it. */
export function subjectOf({ id, startedAt }: Pick<Backup, "id" | "startedAt">) {
  return { type: "backup", id, label: startedAt.toISOString().slice(0, 16).replace("T", " ") };
}

/** A backup as a run names it, with its page. */
export function placeOf(backup: Pick<Backup, "id" | "startedAt">) {
  const { id, label } = subjectOf(backup);
  return { id, label, page: `backups/${id}` };
}

async function giveUp(backup: Backup, error: Error): Promise<void> {
  const words = isAppError(error) ? error.message : "It could not be written. The instance's log says why.";
  await abandon(backup, words).catch((failure: Error) =>
    // The housekeeping does the same once the lease is over.
    log.error({ backup: backup.id, error: failure.message }, "a backup that failed was not tidied up"),
  );
}

/** Marks a backup as failed and removes its files: the row first, so that nobody reads them meanwhile. */
export async function abandon(backup: Pick<Backup, "tenantId" | "id">, words: string): Promise<void> {
  const data = { state: "failed", error: words, finishedAt: new Date(), leasedUntil: null } as const;
  await query((db) => db.backup.updateMany({ where: { id: backup.id, state: "writing" }, data }));
  await removeFiles(backup);
}
