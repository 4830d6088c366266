import { beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { blobStore, digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  IMAGE,
  INDEX,
  imageOf,
  pushBlob,
  pushImage,
  randomBlob,
  storedBytes,
} from "#lib/testing/index.ts";
import { putManifest } from "./index.ts";

const put = (t: Fixture, bytes: Buffer, reference = "latest") =>
  putManifest(t.ctx, { repository: t.repository, reference, contentType: IMAGE, bytes });
const movesOf = async (t: Fixture) =>
  (await db().tagEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } })).map(
    ({ name, fromDigest, toDigest }) => [name, fromDigest, toDigest],
  );

async function prepared(t: Fixture): Promise<Buffer> {
  const [config, layer] = [randomBlob(20), randomBlob(30)];
  await pushBlob(t.ctx, t.repository, config);
  await pushBlob(t.ctx, t.repository, layer);
  return imageOf(config, [layer]);
}

describe("pushing a manifest", () => {
  it("keeps it byte by byte under its digest and its tag, and records it", async () => {
    const t = await freshTenant();
    const bytes = Buffer.from(`${(await prepared(t)).toString()}\n  `);
    const { digest, subjectDigest } = await put(t, bytes, "v1");
    expect([digest, subjectDigest]).toEqual([digestOf(bytes), null]);
    const row = await db().manifest.findFirstOrThrow({ where: { tenantId: t.tenant.id, digest } });
    expect(Buffer.from(row.bytes).equals(bytes)).toBe(true);
    expect(await db().tag.findFirst({ where: { tenantId: t.tenant.id } })).toMatchObject({ name: "v1", digest });
    expect(await t.lastAudit()).toMatchObject({
      action: "registry.pushed",
      subjectLabel: `${t.repository.name}:v1`,
      after: { digest },
    });
  });

  it("twice is one manifest and one move of the tag", async () => {
    const t = await freshTenant();
    const bytes = await prepared(t);
    const first = await put(t, bytes);
    expect(await put(t, bytes)).toEqual(first);
    expect(await db().manifest.count({ where: { tenantId: t.tenant.id } })).toBe(1);
    expect(await movesOf(t)).toEqual([["latest", null, first.digest]]);
  });

  it("moves the tag, keeps the old manifest, and records from where to where", async () => {
    const t = await freshTenant();
    const one = await pushImage(t.ctx, t.repository);
    const two = await pushImage(t.ctx, t.repository);
    await put(t, one.bytes);
    expect(await movesOf(t)).toEqual([
      ["latest", null, one.digest],
      ["latest", one.digest, two.digest],
      ["latest", two.digest, one.digest],
    ]);
    expect(await db().manifest.count({ where: { tenantId: t.tenant.id } })).toBe(2);
    expect(await t.lastAudit()).toMatchObject({ before: { digest: two.digest }, after: { digest: one.digest } });
  });

  it("of the same bytes under many tags at once gives every tag", async () => {
    const t = await freshTenant();
    const bytes = await prepared(t);
    const tags = Array.from({ length: 8 }, (_, n) => `v${n}`);
    const results = await Promise.all(tags.map((tag) => put(t, bytes, tag)));
    expect(new Set(results.map(({ digest }) => digest)).size).toBe(1);
    expect(
      (await db().tag.findMany({ where: { tenantId: t.tenant.id }, orderBy: { name: "asc" } })).map(({ name }) => name),
    ).toEqual(tags);
  });

  it("of different ones to one tag at once leaves a chain of moves, each from where the last one led", async () => {
    const t = await freshTenant();
    const all = await Promise.all(Array.from({ length: 6 }, () => prepared(t)));
    await Promise.all(all.map((bytes) => put(t, bytes)));
    const moves = await db().tagEvent.findMany({ where: { tenantId: t.tenant.id } });
    const next = new Map(moves.map(({ fromDigest, toDigest }) => [fromDigest, toDigest]));
    let at: string | null | undefined = null;
    for (let step = 0; step < 6; step++) at = next.get(at ?? null);
    expect(moves).toHaveLength(6);
    expect((await db().tag.findFirst({ where: { tenantId: t.tenant.id } }))?.digest).toBe(at);
  });

  it("by digest needs that digest, by sha256 or sha512, and moves no tag", async () => {
    const t = await freshTenant();
    const bytes = await prepared(t);
    expect((await put(t, bytes, digestOf(bytes))).digest).toBe(digestOf(bytes));
    expect((await put(t, bytes, digestOf(bytes, "sha512"))).digest).toBe(digestOf(bytes, "sha512"));
    await expect(put(t, bytes, digestOf(randomBlob()))).rejects.toMatchObject({ reason: "DIGEST_INVALID" });
    await expect(put(t, bytes, "-not a tag")).rejects.toMatchObject({ reason: "TAG_INVALID" });
    expect(await db().tag.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });

  it("answers with its subject, which need not be there", async () => {
    const t = await freshTenant();
    const [config, subject] = [randomBlob(), digestOf(randomBlob())];
    await pushBlob(t.ctx, t.repository, config);
    const bytes = imageOf(config, [], { subject: { mediaType: IMAGE, digest: subject, size: 1 } });
    expect((await put(t, bytes)).subjectDigest).toBe(subject);
  });

  it("takes a layer that lies elsewhere without its bytes", async () => {
    const t = await freshTenant();
    const config = randomBlob();
    await pushBlob(t.ctx, t.repository, config);
    const far = { mediaType: "x/y", digest: digestOf(randomBlob()), size: 9, urls: ["https://example.com/x"] };
    await expect(put(t, imageOf(config, [], { layers: [far] }))).resolves.toMatchObject({ subjectDigest: null });
  });

  it("of an index needs its manifests in the same repository", async () => {
    const t = await freshTenant();
    const { digest, bytes } = await pushImage(t.ctx, t.repository);
    const push = (of: string) => {
      const manifests = [{ mediaType: IMAGE, digest: of, size: bytes.length }];
      const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
      return putManifest(t.ctx, { repository: t.repository, reference: "multi", contentType: INDEX, bytes: index });
    };
    await push(digest);
    await expect(push(digestOf(randomBlob()))).rejects.toMatchObject({
      reason: "MANIFEST_BLOB_UNKNOWN",
    });
  });
});

describe("a manifest is refused, and nothing is kept,", () => {
  let t: Fixture;
  let other: Fixture;
  beforeAll(async () => {
    [t, other] = [await freshTenant(), await freshTenant()];
    await pushImage(t.ctx, t.repository);
  });

  const unchanged = async (work: () => Promise<unknown>, expected: object) => {
    const before = await t.rows();
    await expect(work()).rejects.toMatchObject(expected);
    expect(await t.rows()).toEqual(before);
  };

  it("where a blob was never pushed", async () => {
    const config = randomBlob();
    await pushBlob(t.ctx, t.repository, config);
    await unchanged(() => put(t, imageOf(config, [randomBlob()]), "x"), {
      code: "invalid",
      reason: "MANIFEST_BLOB_UNKNOWN",
    });
  });

  it("where the blob lies in another tenant's repository alone", async () => {
    const [config, theirs] = [randomBlob(), randomBlob()];
    await pushBlob(t.ctx, t.repository, config);
    await pushBlob(other.ctx, other.repository, theirs);
    await unchanged(() => put(t, imageOf(config, [theirs]), "x"), { reason: "MANIFEST_BLOB_UNKNOWN" });
  });

  it("where the blob is about to be swept", async () => {
    const bytes = await prepared(t);
    const layer = JSON.parse(bytes.toString()).layers[0].digest;
    await db().blob.update({ where: { digest: layer }, data: { state: "deleting" } });
    await unchanged(() => put(t, bytes, "x"), { reason: "MANIFEST_BLOB_UNKNOWN" });
    // No sweep leaves a link to such a row, and those of later tests would stumble over it.
    await db().blob.update({ where: { digest: layer }, data: { state: "live" } });
  });

  it("where it says another size than the blob has", async () => {
    const config = randomBlob();
    await pushBlob(t.ctx, t.repository, config);
    const bytes = Buffer.from(imageOf(config, []).toString().replace(`"size":${config.length}`, '"size":1'));
    await unchanged(() => put(t, bytes, "x"), { reason: "MANIFEST_INVALID" });
  });

  it("where the role may not push, or the product is another tenant's", async () => {
    const bytes = await prepared(t);
    const as =
      (ctx: Fixture["ctx"], repository = t.repository) =>
      () =>
        putManifest(ctx, { repository, reference: "x", contentType: IMAGE, bytes });
    await unchanged(as(t.as("readonly")), { code: "forbidden", reason: "registry.push" });
    await unchanged(as(other.ctx), { code: "not_found" });
    await unchanged(as(t.ctx, { ...t.repository, name: `${t.tenant.slug}/none`, product: "none" }), {
      code: "not_found",
    });
  });
});

describe("a pushed blob", () => {
  it("can be read back, and its digest is that of its bytes", async () => {
    const t = await freshTenant();
    const bytes = randomBlob(100_000);
    const digest = await pushBlob(t.ctx, t.repository, bytes);
    expect((await storedBytes(digest)).equals(bytes)).toBe(true);
    expect(await db().blob.findUnique({ where: { digest } })).toMatchObject({ size: 100_000n, state: "live" });
  });

  it("that is live keeps its bytes where they are when it is pushed again, and the new ones are dropped", async () => {
    const t = await freshTenant();
    const bytes = randomBlob();
    const digest = await pushBlob(t.ctx, t.repository, bytes);
    const before = await db().blob.findUniqueOrThrow({ where: { digest } });
    await pushBlob(t.ctx, t.repository, bytes);
    expect(await db().blob.findUniqueOrThrow({ where: { digest } })).toEqual(before);
    expect(await keysOf(digest)).toEqual([before.storageKey]);
  });

  it("that was about to be swept lives again elsewhere, out of the sweep's reach", async () => {
    const t = await freshTenant();
    const bytes = randomBlob();
    const digest = await pushBlob(t.ctx, t.repository, bytes);
    const swept = await db().blob.update({ where: { digest }, data: { state: "deleting" } });
    await pushBlob(t.ctx, t.repository, bytes);
    const live = await db().blob.findUniqueOrThrow({ where: { digest } });
    expect(live.state).toBe("live");
    expect(live.storageKey).not.toBe(swept.storageKey);
    await blobStore().remove(swept.storageKey);
    expect((await storedBytes(digest)).equals(bytes)).toBe(true);
  });

  it("by many at once is one row, and one file", async () => {
    const t = await freshTenant();
    const bytes = randomBlob();
    await Promise.all(Array.from({ length: 5 }, () => pushBlob(t.ctx, t.repository, bytes)));
    const { storageKey } = await db().blob.findUniqueOrThrow({ where: { digest: digestOf(bytes) } });
    expect(await keysOf(digestOf(bytes))).toEqual([storageKey]);
  });

  it("of two tenants is one row in the store, and visible in each only by its own link", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    const bytes = randomBlob();
    const digest = await pushBlob(a.ctx, a.repository, bytes);
    expect(await db().repositoryBlob.count({ where: { tenantId: b.tenant.id } })).toBe(0);
    await pushBlob(b.ctx, b.repository, bytes);
    expect(await db().repositoryBlob.count({ where: { digest } })).toBe(2);
  });
});

async function keysOf(digest: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { storageKey } of blobStore().listKeys()) keys.push(storageKey);
  return keys.filter((key) => key.includes(digest.slice("sha256:".length)));
}
