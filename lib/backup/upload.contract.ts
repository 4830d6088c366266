import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { Encrypter } from "age-encryption";
import { type Pack, pack } from "tar-stream";
import { expect } from "vitest";
import { db } from "#lib/db/index.ts";
import { performRuns, viewRun } from "#lib/runs/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import { type ArchiveWriter, writeArchive } from "./archive-writer.ts";
import { carrierOf } from "./carried-key.ts";
import { archiveName } from "./files.ts";
import { BACKUP_RUNS, beginUpload, openUpload, receiveUpload } from "./index.ts";
import { type BackupKey, makeKey } from "./key.ts";
import { sealOf } from "./manifest.ts";
import { PASSPHRASE, withPassphrase } from "./restore.contract.ts";

export const bytesOf = async (of: { tenantId: string; id: string }) =>
  Buffer.concat(await (await namedFiles().read(archiveName(of))).toArray());

export async function sent(t: Fixture, bytes: Buffer | Readable, length?: number) {
  const { id } = await beginUpload(t.ctx);
  const source = bytes instanceof Readable ? bytes : Readable.from([bytes]);
  return receiveUpload(t.ctx, id, { source, ...(length !== undefined && { length }) });
}

export async function opening(t: Fixture, id: string, passphrase = PASSPHRASE) {
  const { run } = await openUpload(t.ctx, { id, passphrase });
  await performRuns({ signal: new AbortController().signal, runs: BACKUP_RUNS });
  return viewRun(t.ctx, run.id);
}

/** Sends and opens it. */
export async function uploaded(t: Fixture, bytes: Buffer) {
  const { id } = await sent(t, bytes);
  expect(await opening(t, id)).toMatchObject({ state: "done", error: null });
  return db().backup.findUniqueOrThrow({ where: { id } });
}

export const nothingKept = async (t: Fixture, id: string) => {
  expect(await db().backup.findUnique({ where: { id } })).toBeNull();
  expect(await namedFiles().size(archiveName({ tenantId: t.tenant.id, id }))).toBeNull();
};

let made: Promise<BackupKey> | null = null;

/** The key of whoever makes files of their own: its passphrase is PASSPHRASE. */
export function craftersKey(): Promise<BackupKey> {
  made ??= makeKey(PASSPHRASE);
  return made;
}

/** What anybody can make with a key of their own: any members at all. */
export async function crafted(fill: (to: ArchiveWriter) => Promise<void>): Promise<Buffer> {
  const key = await craftersKey();
  const archive = await writeArchive({ recipients: [key.recipient, carrierOf(key.keyEncrypted)] }, fill);
  return Buffer.concat(await archive.stream.toArray());
}

export async function craftedTar(fill: (tar: Pack) => void): Promise<Buffer> {
  const tar = pack();
  fill(tar);
  tar.finalize();
  const key = await craftersKey();
  const encrypter = new Encrypter();
  encrypter.addRecipient(key.recipient);
  encrypter.addRecipient(carrierOf(key.keyEncrypted));
  return Buffer.from(
    await encrypter.encrypt(Buffer.concat(await Readable.from(tar as unknown as AsyncIterable<Buffer>).toArray())),
  );
}

type Rows = Record<string, Record<string, unknown>[]>;

/** A file with a manifest that fits what is in it. */
export async function file(
  rows: Rows,
  more: { slug?: string; blobs?: Buffer[]; schema?: string; sealed?: boolean } = {},
) {
  const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  return crafted(async (to) => {
    await to.add("format.json", Buffer.from(JSON.stringify({ product: "purser", format: 1 })));
    const [members, tables]: [object[], Record<string, object>] = [[], {}];
    for (const [table, list] of Object.entries(rows)) {
      const bytes = Buffer.from(`${list.map((row) => JSON.stringify(row)).join("\n")}\n`);
      const name = `rows/${table}/${String(members.length + 1).padStart(6, "0")}.jsonl`;
      await to.add(name, bytes);
      members.push({ name, bytes: bytes.length, sha256: digest(bytes) });
      tables[table] = { rows: list.length, columns: Object.keys(list[0] ?? {}) };
    }
    const blobs = (more.blobs ?? []).map((bytes) => ({ digest: `sha256:${digest(bytes)}`, size: bytes.length }));
    const tenant = { id: "01890000-0000-7000-8000-000000000001", slug: more.slug ?? "theirs", name: "Theirs" };
    const about = { format: 1, schema: more.schema ?? "2", instance: "https://elsewhere.example.com", tenant };
    const takenAt = new Date().toISOString();
    const manifest = { ...about, takenAt, withBytes: blobs.length > 0, tables, members, blobs };
    const bytes = Buffer.from(JSON.stringify(manifest));
    await to.add("manifest.json", bytes);
    await to.add("manifest.seal", Buffer.from(more.sealed ? sealOf(bytes) : "0".repeat(64)));
    for (const blob of more.blobs ?? [])
      await to.addStream(`blobs/sha256/${digest(blob)}`, Readable.from([blob]), blob.length);
  });
}

export const id = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`;
export const of = { tenant_id: id(1) };
export const PRODUCT = { ...of, id: id(2), slug: "app", name: "App" };
export const REPOSITORY = { ...of, id: id(3), product_id: id(2), name: "theirs/app" };
export const PERSON = { id: id(7), email: "pat@example.com", name: "Pat" };
export const newSlug = () => `n${Math.random().toString(36).slice(2, 12)}`;

export async function admin(): Promise<Fixture> {
  const t = await freshTenant();
  await withPassphrase(t);
  await db().user.update({ where: { id: t.users.owner.id }, data: { isInstanceAdmin: true } });
  return t;
}
