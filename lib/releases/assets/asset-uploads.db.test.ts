import { randomBytes } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, newRelease, swept } from "#lib/testing/index.ts";
import {
  appendAssetUpload,
  assetUploadState,
  beginAssetUpload,
  cancelAssetUpload,
  finishAssetUpload,
  putAsset,
} from "../index.ts";

const streamOf = (bytes: Buffer) => Readable.from([bytes]);
const held = async (t: Fixture) =>
  Number((await db().tenantStorage.findUnique({ where: { tenantId: t.tenant.id } }))?.bytes ?? 0);
async function withRelease() {
  const t = await freshTenant();
  return { t, release: await newRelease(t, { version: "1.2.0" }) };
}

describe("an upload in pieces", () => {
  const begun = async (size: number) => {
    const { t, release } = await withRelease();
    const key = await beginAssetUpload(t.ctx, { releaseId: release.id, filename: "app.zip", size });
    return { t, release, key };
  };

  it("goes on where it was, becomes the file with its last byte, and says so to who did not hear it", async () => {
    const { t, key } = await begun(300);
    const bytes = randomBytes(300);
    const part = { source: streamOf(bytes.subarray(0, 100)), start: 0, length: 100 };
    expect(await appendAssetUpload(t.ctx, key, part)).toEqual({ offset: 100, size: 300, added: null });
    const early = appendAssetUpload(t.ctx, key, { source: streamOf(bytes), start: 99 });
    await expect(early).rejects.toMatchObject({ code: "conflict", reason: "wrong_offset" });
    expect(await assetUploadState(t.ctx, key)).toMatchObject({ offset: 100, size: 300 });
    const last = await appendAssetUpload(t.ctx, key, { source: streamOf(bytes.subarray(100)), start: 100 });
    expect(last.added?.asset).toMatchObject({ id: key.uploadId, sha512: digestOf(bytes, "sha512").slice(7) });
    expect(await assetUploadState(t.ctx, key)).toEqual({ offset: 300, size: 300, updatedAt: null });
  });

  it("takes no byte more than was announced, and keeps what it had", async () => {
    const { t, key } = await begun(100);
    await appendAssetUpload(t.ctx, key, { source: streamOf(randomBytes(40)) });
    for (const length of [61, undefined]) {
      const more = appendAssetUpload(t.ctx, key, { source: streamOf(randomBytes(61)), length });
      await expect(more).rejects.toMatchObject({ code: "too_large" });
    }
    expect(await assetUploadState(t.ctx, key)).toMatchObject({ offset: 40 });
  });

  it("of no bytes is a file at once", async () => {
    const { t, key } = await begun(0);
    expect(await finishAssetUpload(t.ctx, key)).toMatchObject({ changed: true, asset: { size: 0n } });
  });

  it("answers to who began it alone (threat row 4)", async () => {
    const { t, key } = await begun(10);
    const other = (await begun(10)).t;
    for (const ctx of [t.as("manager"), other.ctx]) {
      const unknown = { code: "not_found" };
      await expect(assetUploadState(ctx, key)).rejects.toMatchObject(unknown);
      await expect(appendAssetUpload(ctx, key, { source: streamOf(randomBytes(10)) })).rejects.toMatchObject(unknown);
      await expect(cancelAssetUpload(ctx, key)).rejects.toMatchObject(unknown);
    }
    expect(await appendAssetUpload(t.ctx, key, { source: streamOf(randomBytes(10)) })).toMatchObject({ offset: 10 });
  });

  it("is refused where the right was lost, or the release closed, before its last byte", async () => {
    const { t, release, key } = await begun(10);
    const still = async () => t.as("readonly");
    const lost = appendAssetUpload(t.ctx, key, { source: streamOf(randomBytes(10)), still });
    await expect(lost).rejects.toMatchObject({ code: "forbidden" });
    await db().release.update({ where: { id: release.id }, data: { status: "archived" } });
    await expect(finishAssetUpload(t.ctx, key)).rejects.toMatchObject({ code: "conflict" });
    expect(await db().asset.count({ where: { releaseId: release.id } })).toBe(0);
    await db().release.update({ where: { id: release.id }, data: { status: "draft" } });
    expect(await finishAssetUpload(t.ctx, key)).toMatchObject({ changed: true });
  });

  it("has one writer at a time", async () => {
    const { t, key } = await begun(100);
    const slow = new PassThrough();
    const first = appendAssetUpload(t.ctx, key, { source: slow });
    await expect
      .poll(async () => (await db().upload.findUnique({ where: { id: key.uploadId } }))?.leaseId)
      .toBeTruthy();
    await expect(appendAssetUpload(t.ctx, key, { source: streamOf(randomBytes(9)) })).rejects.toMatchObject({
      code: "conflict",
    });
    slow.end(randomBytes(50));
    expect(await first).toMatchObject({ offset: 50 });
  });

  it("of one name by two at once makes one file", async () => {
    const { t, release } = await withRelease();
    const puts = Array.from({ length: 6 }, (_, n) =>
      putAsset(t.ctx, { releaseId: release.id, filename: "app.zip" }, { source: streamOf(Buffer.alloc(50, n % 2)) }),
    );
    const done = await Promise.allSettled(puts);
    expect(done.filter((each) => each.status === "fulfilled" && each.value.changed)).toHaveLength(1);
    expect(await db().asset.count({ where: { releaseId: release.id } })).toBe(1);
    expect(await db().upload.count({ where: { releaseId: release.id } })).toBe(0);
    expect(await held(t)).toBe(50);
  });

  it("that nobody goes on with is given up with its bytes", async () => {
    const { t, key } = await begun(100);
    await appendAssetUpload(t.ctx, key, { source: streamOf(randomBytes(40)) });
    await db().upload.update({
      where: { id: key.uploadId },
      data: { updatedAt: new Date(Date.now() - 8 * 86_400_000) },
    });
    expect((await swept()).uploads).toBeGreaterThanOrEqual(1);
    await expect(assetUploadState(t.ctx, key)).rejects.toMatchObject({ code: "not_found" });
  });
});
