import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  IMAGE,
  INDEX,
  imageOf,
  pushBlob,
  pushImage,
  randomBlob,
} from "#lib/testing/index.ts";
import { deleteManifest, deleteTag, putManifest, unlinkBlob } from "./index.ts";

const tagsOf = async (t: Fixture) =>
  (await db().tag.findMany({ where: { tenantId: t.tenant.id }, orderBy: { name: "asc" } })).map(({ name }) => name);
const lastMoves = async (t: Fixture, take: number) =>
  (await db().tagEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "desc" }, take })).map(
    ({ name, fromDigest, toDigest }) => [name, fromDigest, toDigest],
  );
const keepIndex = (t: Fixture, bytes: Buffer, reference = "multi") =>
  putManifest(t.ctx, { repository: t.repository, reference, contentType: INDEX, bytes });

function indexOf(...children: { digest: string; bytes: Buffer }[]): Buffer {
  const manifests = children.map(({ digest, bytes }) => ({ mediaType: "x/y", digest, size: bytes.length }));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
}

/** Sets back when the repository's blobs were last counted on. */
const longAgo = (t: Fixture) =>
  db().repositoryBlob.updateMany({ where: { tenantId: t.tenant.id }, data: { touchedAt: new Date(0) } });
const touched = async (t: Fixture) =>
  (await db().repositoryBlob.findMany({ where: { tenantId: t.tenant.id, touchedAt: { gt: new Date(0) } } }))
    .map(({ digest }) => digest)
    .sort();

describe("deleting a tag", () => {
  it("takes the tag alone, writes its history, and records it", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository, ["v1", "v2"]);
    expect(await deleteTag(t.ctx, { repository: t.repository, tag: "v1" })).toEqual({ digest });
    expect(await tagsOf(t)).toEqual(["v2"]);
    expect(await lastMoves(t, 1)).toEqual([["v1", digest, null]]);
    expect(await db().manifest.count({ where: { tenantId: t.tenant.id } })).toBe(1);
    expect(await t.lastAudit()).toMatchObject({
      action: "registry.deletedTag",
      subjectLabel: `${t.repository.name}:v1`,
      before: { digest },
    });
  });

  it("at once with another deletion of it happens once", async () => {
    const t = await freshTenant();
    await pushImage(t.ctx, t.repository, ["v1"]);
    const remove = () => deleteTag(t.ctx, { repository: t.repository, tag: "v1" });
    const ends = await Promise.allSettled([remove(), remove(), remove()]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().tagEvent.count({ where: { tenantId: t.tenant.id, toDigest: null } })).toBe(1);
  });
});

describe("deleting a manifest", () => {
  it("takes its tags and references along, each with its history, and records it", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository, ["v1", "v2"]);
    const other = await pushImage(t.ctx, t.repository, ["stays"]);
    expect(await deleteManifest(t.ctx, { repository: t.repository, digest })).toEqual({ tags: ["v1", "v2"] });
    expect(await tagsOf(t)).toEqual(["stays"]);
    expect((await lastMoves(t, 2)).sort()).toEqual([
      ["v1", digest, null],
      ["v2", digest, null],
    ]);
    expect(await db().manifest.findMany({ where: { tenantId: t.tenant.id } })).toMatchObject([
      { digest: other.digest },
    ]);
    expect(await db().manifestReference.count({ where: { tenantId: t.tenant.id } })).toBe(2);
    expect(await t.lastAudit()).toMatchObject({
      action: "registry.deletedManifest",
      subjectLabel: `${t.repository.name}@${digest}`,
      before: { digest, tags: ["v1", "v2"] },
    });
  });

  it("lets the clean-up's grace of what it referred to begin anew", async () => {
    const t = await freshTenant();
    const image = await pushImage(t.ctx, t.repository);
    await pushImage(t.ctx, t.repository);
    await longAgo(t);
    await deleteManifest(t.ctx, { repository: t.repository, digest: image.digest });
    expect(await touched(t)).toEqual([image.config, image.layer].sort());
  });

  it("that an index refers to is refused and named, and works once the index is gone", async () => {
    const t = await freshTenant();
    const child = await pushImage(t.ctx, t.repository);
    const { digest: index } = await keepIndex(t, indexOf(child));
    const before = await t.rows();
    await expect(deleteManifest(t.ctx, { repository: t.repository, digest: child.digest })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(index),
    });
    expect(await t.rows()).toEqual(before);
    await deleteManifest(t.ctx, { repository: t.repository, digest: index });
    await deleteManifest(t.ctx, { repository: t.repository, digest: child.digest });
    expect(await db().manifest.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });

  it("leaves those that have it as their subject", async () => {
    const t = await freshTenant();
    const image = await pushImage(t.ctx, t.repository);
    const config = randomBlob();
    await pushBlob(t.ctx, t.repository, config);
    const subject = { mediaType: "x/y", digest: image.digest, size: image.bytes.length };
    const signature = imageOf(config, [], { subject });
    const reference = digestOf(signature);
    await putManifest(t.ctx, { repository: t.repository, reference, contentType: IMAGE, bytes: signature });
    await deleteManifest(t.ctx, { repository: t.repository, digest: image.digest });
    expect(await db().manifest.findMany({ where: { tenantId: t.tenant.id } })).toMatchObject([
      { subjectDigest: image.digest },
    ]);
  });

  it("while an index of it is pushed leaves either both or neither", async () => {
    const t = await freshTenant();
    for (let round = 0; round < 5; round++) {
      const child = await pushImage(t.ctx, t.repository, [`r${round}`]);
      const ends = await Promise.allSettled([
        keepIndex(t, indexOf(child), `i${round}`),
        deleteManifest(t.ctx, { repository: t.repository, digest: child.digest }),
      ]);
      expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }
    const dangling = await db().$queryRaw`
      SELECT 1 FROM manifest_references mr WHERE mr.tenant_id = ${t.tenant.id}::uuid AND mr.kind = 'manifest'
        AND NOT EXISTS (SELECT 1 FROM manifests m WHERE m.repository_id = mr.repository_id AND m.digest = mr.digest)`;
    expect(dangling).toEqual([]);
  });
});

describe("deleting a blob", () => {
  it("takes it out of this repository alone, and only where no manifest refers to it", async () => {
    const t = await freshTenant();
    const image = await pushImage(t.ctx, t.repository);
    const digest = await pushBlob(t.ctx, t.repository, randomBlob());
    await expect(unlinkBlob(t.ctx, { repository: t.repository, digest: image.layer })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(image.digest),
    });
    await unlinkBlob(t.ctx, { repository: t.repository, digest });
    expect(await db().repositoryBlob.count({ where: { tenantId: t.tenant.id, digest } })).toBe(0);
    expect(await db().blob.findUnique({ where: { digest } })).toMatchObject({ state: "live" });
    await expect(unlinkBlob(t.ctx, { repository: t.repository, digest })).rejects.toMatchObject({
      reason: "BLOB_UNKNOWN",
    });
  });
});

describe("a deletion is refused, and nothing changes,", () => {
  it("to a role that lacks it, in another tenant's repository, and for what is not there", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { digest, layer } = await pushImage(t.ctx, t.repository, ["v1"]);
    const before = await t.rows();
    const { repository } = t;
    const missing = digestOf(randomBlob());
    const refusals = [
      [() => deleteTag(t.as("operator"), { repository, tag: "v1" }), { code: "forbidden", reason: "registry.delete" }],
      [() => deleteManifest(t.as("operator"), { repository, digest }), { code: "forbidden" }],
      [() => unlinkBlob(t.as("operator"), { repository, digest: layer }), { code: "forbidden" }],
      [() => deleteTag(other.ctx, { repository, tag: "v1" }), { reason: "NAME_UNKNOWN" }],
      [() => deleteManifest(other.ctx, { repository, digest }), { reason: "NAME_UNKNOWN" }],
      [() => unlinkBlob(other.ctx, { repository, digest: layer }), { reason: "NAME_UNKNOWN" }],
      [() => deleteTag(t.ctx, { repository, tag: "v2" }), { reason: "MANIFEST_UNKNOWN" }],
      [() => deleteManifest(t.ctx, { repository, digest: missing }), { reason: "MANIFEST_UNKNOWN" }],
    ] as const;
    for (const [work, expected] of refusals) await expect(work()).rejects.toMatchObject(expected);
    expect(await t.rows()).toEqual(before);
  });
});
