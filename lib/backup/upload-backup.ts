import { createHash } from "node:crypto";
import { addAbortSignal, Readable } from "node:stream";
import { actorKey, actorLabel } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type Backup, query, type Tx, transaction } from "#lib/db/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import { ticketFor } from "#lib/uploads/index.ts";
import type { Ctx } from "../context.ts";
import { env } from "../env.ts";
import { AppError, conflict, invalid } from "../errors.ts";
import { byteSize } from "../format.ts";
import { log } from "../log.ts";
import { carriedKey, HEADER_BYTES_MAX } from "./carried-key.ts";
import { archiveName, keyName, removeFiles } from "./files.ts";
import { type BackupRow, backupInTenant, rowOf } from "./list-backups.ts";

/** Of one tenant: what nobody has read yet takes room, and helps nobody. */
const UNREAD_MAX = 3;
const LEASE_MS = 60_000;
/** What was uploaded and not opened goes after a day. */
export const UNREAD_MS = 86_400_000;
const BROKE_OFF = "The upload broke off before all had arrived. Nothing of it was kept: send it again.";

/**
 * Begins the upload of a backup's file, of this workspace, another one or another instance; its bytes come by `receiveUpload`.
 * @throws forbidden without `backup.restore`; conflict where as many wait to be read as may
 */
export async function beginUpload(ctx: Ctx): Promise<{ id: string }> {
  await demand(ctx, "backup.restore");
  const by = { startedBy: actorKey(ctx.actor), startedByLabel: actorLabel(ctx.actor) };
  const tenantId = ctx.tenant.id;
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM tenants WHERE id = ${tenantId}::uuid FOR UPDATE`;
    // One that they began and never sent is given up with it.
    await tx.backup.deleteMany({ where: { tenantId, startedBy: by.startedBy, ...unsent() } });
    const unread = await tx.backup.count({ where: { tenantId, state: "unread" } });
    if (unread >= UNREAD_MAX) {
      throw conflict(`${UNREAD_MAX} uploads wait to be opened. Open or delete one of them first.`);
    }
    const about = { state: "unread", origin: "uploaded", withBytes: false, recipient: "", keyEncrypted: "" } as const;
    return tx.backup.create({ data: { tenantId, ...about, ...by }, select: { id: true } });
  });
}

/** The same for a browser, which sends the bytes with a ticket. @throws as beginUpload; forbidden for who is no person */
export async function beginUploadByTicket(
  ctx: Ctx,
): Promise<{ id: string; url: string; ticket: string; bytesMax: number }> {
  const { id } = await beginUpload(ctx);
  const { ticket } = await ticketFor(ctx, id);
  return { id, url: `/v1/backup-uploads/${id}`, ticket, bytesMax: env().BACKUP_UPLOAD_BYTES };
}

/**
 * Takes the bytes of an upload in, in one go, and looks whether they begin as a backup does. What breaks off, is too large or
 * is none leaves nothing.
 * @param sent the bytes, and how many they are to be, where that is known
 * @throws forbidden without `backup.restore`; not_found, also for somebody else's and one that was deleted meanwhile; conflict where it has arrived or another
 *   request sends it; too_large; invalid for what is no backup, or breaks off
 */
export async function receiveUpload(
  ctx: Ctx,
  id: string,
  sent: { source: Readable; length?: number },
): Promise<BackupRow> {
  await demand(ctx, "backup.restore");
  const backup = await claim(ctx, id);
  const lost = new AbortController();
  const timer = setInterval(() => void renew(backup.id).catch((error: Error) => lost.abort(error)), LEASE_MS / 4);
  try {
    const { head, ...file } = await store(backup, addAbortSignal(lost.signal, sent.source), sent.length);
    const keyEncrypted = carriedKey(head);
    await namedFiles().write(keyName(backup), Readable.from([Buffer.from(`${keyEncrypted}\n`)]));
    const where = { id: backup.id, state: "unread" } as const;
    const data = { ...file, keyEncrypted, leasedUntil: waitingUntil() };
    const [arrived] = await query((db) => db.backup.updateManyAndReturn({ where, data }));
    if (!arrived) throw notThere();
    return rowOf(arrived);
  } catch (error) {
    await forget(backup).catch((failure: Error) =>
      log.warn({ backup: backup.id, error: failure.message }, "an upload that failed was not tidied up"),
    );
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Those whose bytes have not arrived, and nobody is sending now. */
function unsent() {
  return { state: "unread" as const, bytes: null, OR: [{ leasedUntil: null }, { leasedUntil: { lt: new Date() } }] };
}

/** Until when one that has arrived waits to be opened, or for what it is opened by. */
export const waitingUntil = () => new Date(Date.now() + UNREAD_MS);
const until = () => new Date(Date.now() + LEASE_MS);

async function claim(ctx: Ctx, id: string): Promise<Backup> {
  return transaction(async (tx) => {
    const backup = await unreadInTenant(tx, ctx, id);
    if (backup.startedBy !== actorKey(ctx.actor)) throw notThere();
    const { count } = await tx.backup.updateMany({ where: { id, ...unsent() }, data: { leasedUntil: until() } });
    if (count === 0) throw conflict("This upload has arrived already, or another request is sending it.");
    return backup;
  });
}

/** One that is not read yet. @throws not_found */
export async function unreadInTenant(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<Backup> {
  const backup = await backupInTenant(tx, ctx, id);
  if (backup.state !== "unread") throw notThere();
  return backup;
}

const notThere = () => new AppError("not_found", "There is no such upload.");

async function renew(id: string): Promise<void> {
  await query((db) => db.backup.updateMany({ where: { id, state: "unread" }, data: { leasedUntil: until() } }));
}

async function store(backup: Backup, source: Readable, length: number | undefined) {
  if ((length ?? 0) > env().BACKUP_UPLOAD_BYTES) throw tooLarge();
  const arriving = new Arriving();
  async function* watched() {
    for await (const chunk of chunksOf(source)) {
      arriving.take(chunk);
      yield chunk;
    }
    if (length !== undefined && arriving.bytes !== length) throw invalid({ "": BROKE_OFF });
  }
  await namedFiles().write(archiveName(backup), Readable.from(watched()));
  const { head, bytes, hash } = arriving;
  return { head, bytes, sha256: hash.digest("hex") };
}

/** What is known of a file while it arrives. */
class Arriving {
  readonly hash = createHash("sha256");
  head = Buffer.alloc(0);
  bytes = 0;

  take(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > env().BACKUP_UPLOAD_BYTES) throw tooLarge();
    this.hash.update(chunk);
    if (this.head.length >= HEADER_BYTES_MAX) return;
    this.head = Buffer.concat([this.head, chunk]).subarray(0, HEADER_BYTES_MAX);
    // What is none is refused with its first bytes, and not with its last.
    if (this.head.length === HEADER_BYTES_MAX) carriedKey(this.head);
  }
}

function tooLarge(): AppError {
  const words = `A backup that is uploaded may have ${byteSize(env().BACKUP_UPLOAD_BYTES)} (BACKUP_UPLOAD_BYTES).`;
  return new AppError("too_large", words);
}

async function* chunksOf(source: Readable): AsyncIterable<Buffer> {
  try {
    // Leaving it early leaves the connection open, so that the answer still gets through.
    yield* source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw invalid({ "": BROKE_OFF }, { cause });
  }
}

/** Removes an upload, row and file: the file first, since without its row nobody would look for it before an hour. */
export async function forget(backup: Pick<Backup, "tenantId" | "id">): Promise<void> {
  await removeFiles(backup);
  await query((db) => db.backup.deleteMany({ where: { id: backup.id, state: "unread" } }));
}
