import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "#lib/db/index.ts";
import { MESSAGE_BYTES_MAX } from "#lib/signatures/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  messageBundle,
  nameSigners,
  newKeyPair,
  newRelease,
  signed,
  statementBundle,
} from "#lib/testing/index.ts";
import { releaseInTenant } from "../find-release.ts";
import {
  appendAssetUpload,
  beginAssetUpload,
  publishRelease,
  putAsset,
  removeAsset,
  updateAsset,
  viewSignatures,
} from "../index.ts";
import { refuseUnsigned, seeFiles } from "./refuse-unsigned.ts";

const build = newKeyPair();
const refused = { code: "conflict", reason: "unsigned" };

let t: Fixture;
let releaseId: string;
let bytes: Buffer;

beforeEach(async () => {
  t = await freshTenant();
  releaseId = (await newRelease(t, { version: "1.2.0" })).id;
  bytes = randomBytes(300_000);
});

const put = async (filename: string, content: Buffer) =>
  (await putAsset(t.ctx, { releaseId, filename }, { source: Readable.from([content]), length: content.length })).asset;
const publish = () => publishRelease(t.ctx, { releaseId });
const text = (content: string) => Buffer.from(content);

describe("a release whose files need signatures", () => {
  it.each<[string, string, () => Buffer]>([
    ["base64 of cosign sign-blob", "app.zip.sig", () => text(signed(build, bytes))],
    ["bare bytes of openssl", "app.zip.sig", () => Buffer.from(signed(build, bytes), "base64")],
    ["a bundle of the bytes", "app.zip.sigstore.json", () => messageBundle(build, bytes)],
    [
      "a bundle of the digest",
      "app.zip.sigstore.json",
      () => statementBundle(build, `sha256:${createHash("sha256").update(bytes).digest("hex")}`),
    ],
  ])("is published once each has one: %s", async (_, name, signature) => {
    await nameSigners(t, { build }, { signedFiles: true });
    await put("app.zip", bytes);
    const rows = await t.rows();
    await expect(publish()).rejects.toThrow(
      "Not so signed: app.zip (no signature). Sign it: cosign sign-blob --key cosign.key --bundle app.zip.sigstore.json app.zip",
    );
    expect(await t.rows()).toEqual(rows);
    await put(name, signature());
    expect(await publish()).toMatchObject({ changed: true });
  });

  it("is published without, where the policy asks for images alone", async () => {
    await nameSigners(t, { build });
    await put("app.zip", bytes);
    expect(await publish()).toMatchObject({ changed: true });
  });

  it("is told what its signatures are, where none counts", async () => {
    await nameSigners(t, { build }, { signedFiles: true });
    await put("app.zip", bytes);
    await put("app.zip.asc", text("-----BEGIN PGP SIGNATURE-----\n\niQEz"));
    await put("app.zip.sig", text(signed(newKeyPair(), bytes)));
    await expect(publish()).rejects.toThrow(
      "app.zip (app.zip.asc, an OpenPGP signature, which is not read here; a signature by a key that the policy does not name)",
    );
    await put("app.zip.minisig", text(signed(build, randomBytes(9))));
    await expect(publish()).rejects.toMatchObject(refused);
  });

  it("has one for each file but signatures, and what only says that it is one needs its own", async () => {
    await nameSigners(t, { build }, { signedFiles: true });
    const app = await put("app.zip", bytes);
    await put("app.zip.sig", text(signed(build, bytes)));
    const tool = await put("tool.exe", randomBytes(100));
    await updateAsset(t.ctx, { assetId: tool.id, signsId: app.id });
    await expect(publish()).rejects.toThrow("Not so signed: tool.exe (no signature)");
    await removeAsset(t.ctx, { assetId: tool.id });
    // A name is not enough either: a signature of nothing is a file.
    const stray = await put("other.sig", randomBytes(64));
    await expect(publish()).rejects.toThrow("Not so signed: other.sig (no signature)");
    await updateAsset(t.ctx, { assetId: stray.id, signsId: app.id });
    expect(await publish()).toMatchObject({ changed: true });
  });

  it("takes nothing but signatures once it is published, and says so before the bytes are sent", async () => {
    await nameSigners(t, { build }, { signedFiles: true });
    const app = await put("app.zip", bytes);
    await put("app.zip.sig", text(signed(build, bytes)));
    await publish();
    const rows = await t.rows();
    const late = { releaseId, filename: "late.zip", size: 9 };
    await expect(beginAssetUpload(t.ctx, late)).rejects.toMatchObject(refused);
    await expect(put("late.zip", bytes)).rejects.toThrow("Put late.zip into a new version.");
    await expect(beginAssetUpload(t.ctx, { ...late, signsId: app.id })).rejects.toMatchObject(refused);
    expect(await t.rows()).toEqual(rows);
    const signature = await put("app.zip.sigstore.json", messageBundle(build, bytes));
    expect(await db().asset.count({ where: { releaseId } })).toBe(3);
    // Nor does one of these become a file like others.
    const plain = updateAsset(t.ctx, { assetId: signature.id, signsId: null });
    await expect(plain).rejects.toMatchObject(refused);
    expect(await updateAsset(t.ctx, { assetId: signature.id, os: "linux" })).toMatchObject({ changed: true });
  });

  it("that were begun before the policy came are not added after it", async () => {
    await publish();
    const { uploadId } = await beginAssetUpload(t.ctx, { releaseId, filename: "late.zip", size: 9 });
    await nameSigners(t, { build }, { signedFiles: true });
    const source = Readable.from([randomBytes(9)]);
    await expect(appendAssetUpload(t.ctx, { uploadId }, { source, length: 9 })).rejects.toMatchObject(refused);
    expect(await db().asset.count({ where: { releaseId } })).toBe(0);
  });

  it("shows who signed each, and what is too large to be read for a page", async () => {
    await nameSigners(t, { build }, { signedFiles: true });
    const app = await put("app.zip", bytes);
    await put("app.zip.sig", text(signed(build, bytes)));
    const seen = async () => (await viewSignatures(t.ctx, { releaseId }))?.things.get(app.id);
    expect(await seen()).toMatchObject({ by: ["build"], problem: null, isUnread: false });
    const large = await put("large.zip", randomBytes(1000));
    await put("large.zip.sig", text(signed(build, randomBytes(5))));
    await db().asset.update({ where: { id: large.id }, data: { size: MESSAGE_BYTES_MAX + 1 } });
    const view = await viewSignatures(t.ctx, { releaseId });
    expect(view?.things.get(large.id)).toMatchObject({ by: [], problem: null, isUnread: true });
    expect(view?.refusal).toBeNull();
    await db().asset.update({ where: { id: large.id }, data: { size: 1000 } });
    await expect(publish()).rejects.toThrow("large.zip (a signature by a key that the policy does not name)");
  });

  it("is not published while bytes of it can't be read, and its page says so", async () => {
    await nameSigners(t, { build }, { signedFiles: true });
    const app = await put("app.zip", bytes);
    const signature = await put("app.zip.sig", text(signed(build, bytes)));
    const lose = async ({ blobDigest }: { blobDigest: string }) => {
      const { storageKey } = await db().blob.findUniqueOrThrow({ where: { digest: blobDigest } });
      await blobStore().remove(storageKey);
    };
    await lose(app);
    const page = await viewSignatures(t.ctx, { releaseId });
    expect(page?.things.get(app.id)?.problem).toBe("bytes that can't be read from the store now");
    await lose(signature);
    await expect(publish()).rejects.toThrow("app.zip (app.zip.sig, which can't be read from the store now)");
  });

  it("is never published with a file that comes at the same time unsigned", async () => {
    await nameSigners(t, { build }, { signedFiles: true });
    await put("app.zip", bytes);
    await put("app.zip.sig", text(signed(build, bytes)));
    await Promise.allSettled([publish(), put("late.zip", randomBytes(10)), publish()]);
    const late = await db().asset.count({ where: { releaseId, filename: "late.zip" } });
    const { status } = await db().release.findUniqueOrThrow({ where: { id: releaseId } });
    // Whoever came first, the other saw it.
    expect(status === "published" && late > 0).toBe(false);
  });

  it("is published as it was checked: with other files or by another version of the policy, it is checked anew", async () => {
    await nameSigners(t, { build }, { signedFiles: true });
    await put("app.zip", bytes);
    const signature = await put("app.zip.sig", text(signed(build, bytes)));
    let seen = await seeFiles(t.ctx, releaseId);
    const decide = () =>
      transaction(async (tx) => refuseUnsigned(tx, await releaseInTenant(tx, t.ctx, releaseId), seen));
    await decide();
    await removeAsset(t.ctx, { assetId: signature.id });
    await expect(decide()).rejects.toMatchObject({ code: "conflict", reason: "changed_meanwhile" });
    await put("app.zip.sig", text(signed(build, bytes)));
    seen = await seeFiles(t.ctx, releaseId);
    const { id } = await put("late.zip", randomBytes(10));
    await expect(decide()).rejects.toMatchObject({ code: "conflict", reason: "changed_meanwhile" });
    await removeAsset(t.ctx, { assetId: id });
    await decide();
    await nameSigners(t, { other: newKeyPair() }, { signedFiles: true });
    await expect(decide()).rejects.toMatchObject({ code: "conflict", reason: "changed_meanwhile" });
  });
});
