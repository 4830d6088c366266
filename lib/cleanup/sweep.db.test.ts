import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { deleteManifest, putManifest, startUpload } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { blobStore, type Digest, digestOf } from "#lib/storage/index.ts";
import { eraseDueTenants, requestDeletion } from "#lib/tenancy/index.ts";
import {
  type Fixture,
  fileOf,
  freshTenant,
  GRACE,
  IMAGE,
  imageOf,
  isWhole,
  NO_GRACE,
  newRelease,
  pushBlob,
  pushImage,
  randomBlob,
  swept,
} from "#lib/testing/index.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { emptyReport } from "./report.ts";
import { sweep } from "./sweep.ts";

const DAY = 86_400_000;

const digestsOf = async (t: Fixture) =>
  (await db().repositoryBlob.findMany({ where: { tenantId: t.tenant.id } })).map(({ digest }) => digest).sort();
const age = (t: Fixture, days: number) =>
  db().repositoryBlob.updateMany({
    where: { tenantId: t.tenant.id },
    data: { touchedAt: new Date(Date.now() - days * DAY) },
  });
const blobRow = (digest: string) => db().blob.findUnique({ where: { digest } });
const put = (t: Fixture, bytes: Buffer, reference = "latest") =>
  putManifest(t.ctx, { repository: t.repository, reference, contentType: IMAGE, bytes });

// What other files left on this database goes first, so that reports are of what these tests make.
beforeEach(async () => {
  await swept();
});

describe("a blob that no manifest refers to", () => {
  it("stays for the grace, and then goes with its link and its bytes", async () => {
    const t = await freshTenant();
    const digest = await pushBlob(t.ctx, t.repository, randomBlob(1000));
    const key = (await blobRow(digest))?.storageKey ?? "";
    await swept(GRACE);
    expect(await digestsOf(t)).toEqual([digest]);
    await age(t, 2);
    expect(await swept(GRACE)).toMatchObject({ links: 1, blobs: 1, blobBytes: 1000 });
    expect(await digestsOf(t)).toEqual([]);
    expect(await blobRow(digest)).toBeNull();
    expect(existsSync(fileOf(key))).toBe(false);
    expect(await swept(GRACE)).toEqual(emptyReport());
  });

  it("stays where another repository's manifest refers to it, and frees nothing then", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    const [config, layer] = [randomBlob(), randomBlob()];
    for (const t of [a, b]) for (const blob of [config, layer]) await pushBlob(t.ctx, t.repository, blob);
    await put(b, imageOf(config, [layer]));
    expect(await swept()).toMatchObject({ links: 2, blobs: 0, blobBytes: 0 });
    expect([await digestsOf(a), await isWhole(digestOf(layer))]).toEqual([[], true]);
    expect(await digestsOf(b)).toHaveLength(2);
  });

  it("is there for a release's file", async () => {
    const t = await freshTenant();
    const digest = await pushBlob(t.ctx, t.repository, randomBlob());
    const { id: releaseId } = await newRelease(t);
    const file = { filename: "a", size: 64, sha256: digest.slice(7), blobDigest: digest };
    await db().asset.create({ data: { tenantId: t.tenant.id, releaseId, ...file } });
    expect(await swept()).toMatchObject({ links: 1, blobs: 0 });
    expect(await isWhole(digest)).toBe(true);
  });
});

describe("what a manifest refers to", () => {
  it("stays for as long as the manifest does, tagged or not, and for the grace after it", async () => {
    const t = await freshTenant();
    const { digest, config, layer } = await pushImage(t.ctx, t.repository);
    await db().tag.deleteMany({ where: { tenantId: t.tenant.id } });
    await age(t, 400);
    expect(await swept()).toEqual(emptyReport());
    await deleteManifest(t.ctx, { repository: t.repository, digest });
    await swept(GRACE);
    expect(await digestsOf(t)).toEqual([config, layer].sort());
    expect(await swept()).toMatchObject({ links: 2, blobs: 2 });
  });

  it("is freed for a tenant that was erased, at the next clean-up", async () => {
    const t = await freshTenant();
    const { layer } = await pushImage(t.ctx, t.repository);
    const { id } = await startUpload(t.ctx, t.repository);
    await blobStore().append(id, 0, Readable.from([randomBlob()]));
    await requestDeletion(t.ctx, { name: t.tenant.name });
    await eraseDueTenants(new Date(Date.now() + 8 * DAY));
    expect(await swept({ ...NO_GRACE, orphanGraceMs: 0 })).toMatchObject({ blobs: 2 });
    expect(await blobRow(layer)).toBeNull();
  });
});

describe("a sweep that dies", () => {
  it.each([
    ["before the bytes went", false],
    ["after the bytes went", true],
  ])("%s is ended by the next one", async (_, gone) => {
    const t = await freshTenant();
    const digest = await pushBlob(t.ctx, t.repository, randomBlob());
    const key = (await blobRow(digest))?.storageKey ?? "";
    await db().repositoryBlob.deleteMany({ where: { tenantId: t.tenant.id } });
    await db().blob.update({ where: { digest }, data: { state: "deleting" } });
    if (gone) await blobStore().remove(key);
    expect(await swept(GRACE)).toMatchObject({ blobs: 1, blobBytes: gone ? 0 : 64 });
    expect([await blobRow(digest), existsSync(fileOf(key))]).toEqual([null, false]);
  });

  it("is one of many at once, and each thing is counted by one of them", async () => {
    const t = await freshTenant();
    for (let n = 0; n < 30; n++) await pushBlob(t.ctx, t.repository, randomBlob());
    const reports = await Promise.all([swept(), swept(), swept(), swept()]);
    await swept();
    expect(reports.reduce((sum, { links }) => sum + links, 0)).toBe(30);
    expect(await digestsOf(t)).toEqual([]);
    expect(reports.reduce((sum, { blobBytes }) => sum + blobBytes, 0)).toBeGreaterThanOrEqual(30 * 64);
  });

  it("is stopped between two batches, and throws why", async () => {
    const stopped = AbortSignal.abort(new AppError("unavailable", "stopping"));
    const ended = sweep({ limits: NO_GRACE, runId: null, signal: stopped, onProgress: () => undefined });
    await expect(ended).rejects.toMatchObject({ message: "stopping" });
  });
});

describe("an upload", () => {
  it("is given up with its bytes after a week without one, but not while somebody writes", async () => {
    const t = await freshTenant();
    const begin = async (columns: object) => {
      const { id } = await startUpload(t.ctx, t.repository);
      await blobStore().append(id, 0, Readable.from([randomBlob(500)]));
      const old = { offset: 500n, updatedAt: new Date(Date.now() - 8 * DAY) };
      await db().upload.update({ where: { id }, data: { ...old, ...columns } });
      return id;
    };
    const idle = await begin({});
    const fresh = await begin({ updatedAt: new Date(Date.now() - 6 * DAY) });
    const leased = await begin({ leasedUntil: new Date(Date.now() + 10_000) });
    expect(await swept(GRACE)).toMatchObject({ uploads: 1, uploadBytes: 500 });
    const left = await db().upload.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } });
    expect(left.map(({ id }) => id)).toEqual([fresh, leased]);
    await expect(blobStore().append(idle, 500, Readable.from([]))).rejects.toMatchObject({ code: "not_found" });
    expect(await blobStore().append(fresh, 500, Readable.from([randomBlob(1)]))).toBe(501);
  });
});

describe("an upload whose bytes can't be removed", () => {
  it("keeps nothing else from going", async () => {
    const t = await freshTenant();
    const { id } = await startUpload(t.ctx, t.repository);
    await blobStore().append(id, 0, Readable.from([randomBlob(10)]));
    const file = path.join(env().DATA_DIR, "store", "uploads", id);
    rmSync(file);
    mkdirSync(file);
    await db().upload.update({ where: { id }, data: { updatedAt: new Date(Date.now() - 8 * DAY) } });
    const digest = await pushBlob(t.ctx, t.repository, randomBlob(1000));
    await age(t, 2);
    try {
      expect(await swept(GRACE)).toMatchObject({ links: 1, blobs: 1 });
      expect(await blobRow(digest)).toBeNull();
    } finally {
      rmSync(file, { recursive: true });
    }
  });
});

describe("a file of the store that no row knows of", () => {
  it("goes after the grace, and what a row knows of never does", async () => {
    const t = await freshTenant();
    const { layer } = await pushImage(t.ctx, t.repository);
    const bytes = randomBlob(700);
    const { id } = await startUpload(t.ctx, t.repository);
    await blobStore().append(id, 0, Readable.from([bytes]));
    const { storageKey } = await blobStore().commit(id, { size: 700, digest: digestOf(bytes) as Digest });
    const mine = await blobStore().append(id, 0, Readable.from([bytes]));
    expect(mine).toBe(700);
    await swept({ ...GRACE, orphanGraceMs: 60_000 });
    expect(existsSync(fileOf(storageKey))).toBe(true);
    const report = await swept({ ...GRACE, orphanGraceMs: -1000 });
    expect(report.orphanBytes).toBeGreaterThanOrEqual(700);
    expect([existsSync(fileOf(storageKey)), await isWhole(layer)]).toEqual([false, true]);
    expect(await blobStore().append(id, 700, Readable.from([]))).toBe(700);
  });

  it("is left alone where it is none of ours", async () => {
    const t = await freshTenant();
    const { layer } = await pushImage(t.ctx, t.repository);
    const beside = `${fileOf((await blobRow(layer))?.storageKey ?? "")}.txt`;
    writeFileSync(beside, "a note of the operator's");
    await swept({ ...GRACE, orphanGraceMs: -1000 });
    expect(existsSync(beside)).toBe(true);
    rmSync(beside);
  });

  it("is left alone where the database knows of so few that it must be another's", async () => {
    const t = await freshTenant();
    const { layer } = await pushImage(t.ctx, t.repository);
    await swept({ ...GRACE, orphanGraceMs: -1000 });
    const known = await db().blob.count();
    const keys: string[] = [];
    for (let n = 0; n <= known; n++) {
      const bytes = randomBlob();
      const { id } = await startUpload(t.ctx, t.repository);
      await blobStore().append(id, 0, Readable.from([bytes]));
      keys.push((await blobStore().commit(id, { size: 64, digest: digestOf(bytes) as Digest })).storageKey);
    }
    const strange = swept({ ...GRACE, orphanGraceMs: -1000, strangersMax: 1 });
    await expect(strange).rejects.toThrow("is it the right one?");
    expect(keys.every((key) => existsSync(fileOf(key)))).toBe(true);
    await swept({ ...GRACE, orphanGraceMs: -1000 });
    expect([keys.some((key) => existsSync(fileOf(key))), await isWhole(layer)]).toEqual([false, true]);
  });
});
