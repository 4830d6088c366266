import { randomBytes } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { viewStorageUse } from "#lib/catalog/index.ts";
import { db, pool } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, isWhole, NO_GRACE, newRelease, storedBytes, swept } from "#lib/testing/index.ts";
import { beginAssetUpload, putAsset, removeAsset, updateAsset } from "../index.ts";

const streamOf = (bytes: Buffer) => Readable.from([bytes]);
const held = async (t: Fixture) =>
  Number((await db().tenantStorage.findUnique({ where: { tenantId: t.tenant.id } }))?.bytes ?? 0);
const limit = (t: Fixture, quotaBytes: number) =>
  db().tenantStorage.upsert({
    where: { tenantId: t.tenant.id },
    create: { tenantId: t.tenant.id, ownQuota: true, quotaBytes },
    update: { ownQuota: true, quotaBytes },
  });

async function withRelease(status: "draft" | "published" | "archived" | "yanked" = "draft") {
  const t = await freshTenant();
  const release = await newRelease(t, { status, version: "1.2.0" });
  const put = (filename: string, bytes: Buffer, ctx = t.ctx) =>
    putAsset(ctx, { releaseId: release.id, filename }, { source: streamOf(bytes), length: bytes.length });
  return { t, release, put };
}

describe("a file of a release", () => {
  it("keeps its bytes, both its digests and whom it came from, says for which system it is, and is audited", async () => {
    const { t, put } = await withRelease();
    const bytes = randomBytes(3000);
    const { asset, changed } = await put("app-linux-arm64.tar.gz", bytes);
    const [sha256, sha512] = [digestOf(bytes).slice(7), digestOf(bytes, "sha512").slice(7)];
    expect(asset).toMatchObject({ sha256, sha512, size: 3000n, os: "linux", arch: "arm64" });
    expect([changed, asset.createdBy]).toEqual([true, `user:${t.users.owner.id}`]);
    expect((await storedBytes(asset.blobDigest)).equals(bytes)).toBe(true);
    const label = `${t.product.slug} 1.2.0 app-linux-arm64.tar.gz`;
    expect(await t.lastAudit()).toMatchObject({ action: "asset.added", subjectLabel: label });
  });

  it("sent again is the same file; other bytes under its name are refused, and nothing of them stays", async () => {
    const { t, put } = await withRelease();
    const bytes = randomBytes(100);
    const { asset } = await put("app.zip", bytes);
    const [before, audits] = [await t.rows(), await t.auditCount()];
    expect(await put("app.zip", bytes)).toMatchObject({ asset: { id: asset.id }, changed: false });
    for (const size of [100, 101]) {
      await expect(put("app.zip", randomBytes(size))).rejects.toMatchObject({ reason: "filename_taken" });
    }
    expect([await t.rows(), await t.auditCount()]).toEqual([before, audits]);
  });

  it("with a wrong digest keeps nothing", async () => {
    const { t, release } = await withRelease();
    const before = await t.rows();
    const file = { releaseId: release.id, filename: "app.zip", sha256: digestOf(randomBytes(1)).slice(7) };
    const put = putAsset(t.ctx, file, { source: streamOf(randomBytes(10)) });
    await expect(put).rejects.toMatchObject({ code: "invalid", reason: "DIGEST_INVALID" });
    expect(await t.rows()).toEqual(before);
  });

  it.each(["", ".", "..", "a/b", "a\\b", "a\nb", "a\u202eb", " a", "x".repeat(201)])(
    "can't be called %j",
    async (filename) => {
      const { put } = await withRelease();
      await expect(put(filename, randomBytes(1))).rejects.toMatchObject({
        code: "invalid",
        fields: { filename: expect.any(String) },
      });
    },
  );

  it("goes into drafts and published releases alone", async () => {
    for (const status of ["archived", "yanked"] as const) {
      await expect((await withRelease(status)).put("a", randomBytes(1))).rejects.toMatchObject({ code: "conflict" });
    }
    expect(await (await withRelease("published")).put("a", randomBytes(1))).toMatchObject({ changed: true });
  });

  it("finds what it signs, whichever came first", async () => {
    const { put } = await withRelease();
    const { asset: early } = await put("b.zip.sig", randomBytes(9));
    const { asset: a } = await put("a.zip", randomBytes(9));
    expect((await put("a.zip.minisig", randomBytes(9))).asset.signsId).toBe(a.id);
    const { asset: b } = await put("b.zip", randomBytes(9));
    expect((await db().asset.findUnique({ where: { id: early.id } }))?.signsId).toBe(b.id);
  });

  it("is labelled anew, audited once; what it signs is a file of its release", async () => {
    const { t, put } = await withRelease();
    const { asset } = await put("app.bin", randomBytes(9));
    const other = (await (await withRelease()).put("x", randomBytes(9))).asset;
    const change = { assetId: asset.id, os: "linux", arch: "amd64" } as const;
    expect(await updateAsset(t.ctx, change)).toMatchObject({ changed: true, asset: { os: "linux" } });
    expect(await t.lastAudit()).toMatchObject({ action: "asset.updated" });
    expect(await updateAsset(t.ctx, change)).toMatchObject({ changed: false });
    // Two that sign each other would both be no file that anybody is given.
    const { asset: signature } = await put("app.bin.sig", randomBytes(9));
    for (const signsId of [asset.id, other.id, signature.id]) {
      await expect(updateAsset(t.ctx, { assetId: asset.id, signsId })).rejects.toMatchObject({ code: "invalid" });
    }
    await expect(updateAsset(t.ctx, { assetId: other.id })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is removed from a draft by who publishes, from what was published by who may delete it for good", async () => {
    const { t, release, put } = await withRelease();
    const signed = (await put("a", randomBytes(9))).asset;
    await put("a.sig", randomBytes(9));
    await removeAsset(t.as("operator"), { assetId: signed.id });
    expect(await t.lastAudit()).toMatchObject({ action: "asset.removed" });
    const { asset } = await put("b", randomBytes(9));
    await db().release.update({ where: { id: release.id }, data: { status: "published", publishedAt: new Date() } });
    const removal = removeAsset(t.as("manager"), { assetId: asset.id });
    await expect(removal).rejects.toMatchObject({ code: "forbidden", reason: "release.forceDelete" });
    await removeAsset(t.ctx, { assetId: asset.id });
    expect((await db().asset.findMany({ where: { releaseId: release.id } })).map((row) => row.filename)).toEqual([
      "a.sig",
    ]);
  });
});

describe("what a tenant holds", () => {
  it("counts a file's bytes once, whoever else has them, and frees them with the last", async () => {
    const { t, put } = await withRelease();
    const bytes = randomBytes(500);
    const { asset: a } = await put("a", bytes);
    const { asset: b } = await put("b", bytes);
    expect(await held(t)).toBe(500);
    expect((await viewStorageUse(t.ctx)).products).toMatchObject([{ slug: t.product.slug, bytes: 500 }]);
    const repository = (
      await db().repository.create({
        data: { tenantId: t.tenant.id, productId: t.product.id, name: t.repository.name },
      })
    ).id;
    const link = { tenantId: t.tenant.id, repositoryId: repository, digest: a.blobDigest };
    await db().repositoryBlob.create({ data: link });
    expect(await held(t)).toBe(500);
    await removeAsset(t.ctx, { assetId: a.id });
    await removeAsset(t.ctx, { assetId: b.id });
    expect(await held(t)).toBe(500);
    await db().repositoryBlob.deleteMany({ where: link });
    expect(await held(t)).toBe(0);
  });

  it("is never more than it may be: refused before the bytes where that is known, after them where not", async () => {
    const { t, release, put } = await withRelease();
    await limit(t, 1000);
    const held = (await put("a", randomBytes(600))).asset;
    const refused = { code: "forbidden", reason: "quota_bytes" };
    const rows = await t.rows();
    const unread = new PassThrough();
    const early = putAsset(t.ctx, { releaseId: release.id, filename: "b" }, { source: unread, length: 401 });
    await expect(early).rejects.toMatchObject(refused);
    const late = putAsset(t.ctx, { releaseId: release.id, filename: "b" }, { source: streamOf(randomBytes(401)) });
    await expect(late).rejects.toMatchObject(refused);
    const size = { releaseId: release.id, filename: "b", size: 401 };
    await expect(beginAssetUpload(t.ctx, size)).rejects.toMatchObject(refused);
    expect(await t.rows()).toEqual(rows);
    const again = { releaseId: release.id, filename: "b", sha256: held.sha256 };
    const bytes = await storedBytes(held.blobDigest);
    expect(await putAsset(t.ctx, again, { source: streamOf(bytes) })).toMatchObject({ changed: true });
  });

  it("lets the bytes of a removed file go a grace later, and those of one that is there never", async () => {
    const { t, put } = await withRelease();
    const { asset } = await put("a", randomBytes(70));
    const { asset: stays } = await put("b", randomBytes(70));
    await removeAsset(t.ctx, { assetId: asset.id });
    await swept({ ...NO_GRACE, graceMs: 3_600_000 });
    expect(await isWhole(asset.blobDigest)).toBe(true);
    await pool().query("UPDATE blobs SET released_at = now() - interval '2 hours' WHERE digest = $1", [
      asset.blobDigest,
    ]);
    await swept({ ...NO_GRACE, graceMs: 3_600_000 });
    expect(await db().blob.count({ where: { digest: asset.blobDigest } })).toBe(0);
    await swept();
    expect(await isWhole(stays.blobDigest)).toBe(true);
  });
});
