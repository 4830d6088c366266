import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, IMAGE, pushImage, pushIndex } from "#lib/testing/index.ts";
import { deleteImage, previewDeletion, putManifest, setImmutableTags } from "./index.ts";

const manifestsOf = async (t: Fixture) =>
  (await db().manifest.findMany({ where: { tenantId: t.tenant.id } })).map(({ digest }) => digest).sort();

describe("deleting an image", () => {
  const repositoryId = async (t: Fixture) =>
    (await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } })).id;

  it("names what goes with it, and takes exactly that", async () => {
    const t = await freshTenant();
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const other = await pushImage(t.ctx, t.repository, ["v2"]);
    const of = { repositoryId: await repositoryId(t), digest: index.digest };
    const told = await previewDeletion(t.ctx, of);
    expect(told).toMatchObject({ tags: ["v1"], referrers: [index.signature], bytes: expect.any(Number) });
    expect(told.children.sort()).toEqual([...index.children].sort());
    await deleteImage(t.ctx, { ...of, confirm: index.digest.slice(7, 19) });
    expect(await manifestsOf(t)).toEqual([other.digest]);
    expect(await t.lastAudit()).toMatchObject({ action: "registry.deletedManifest", before: { tags: ["v1"] } });
  });

  it("leaves a child that has a tag or another index, and a signature's subject", async () => {
    const t = await freshTenant();
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const [child = ""] = index.children;
    const row = await db().manifest.findFirstOrThrow({ where: { tenantId: t.tenant.id, digest: child } });
    await putManifest(t.ctx, {
      repository: t.repository,
      reference: "pinned",
      contentType: IMAGE,
      bytes: Buffer.from(row.bytes),
    });
    const of = { repositoryId: await repositoryId(t), digest: index.digest };
    expect((await previewDeletion(t.ctx, of)).children).toEqual(index.children.slice(1));
    expect(await previewDeletion(t.ctx, { ...of, digest: index.signature })).toMatchObject({
      tags: [],
      children: [],
      referrers: [],
    });
  });

  it("is refused for a child of an index, an immutable tag, what was not typed, and who may not", async () => {
    const t = await freshTenant();
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const of = { repositoryId: await repositoryId(t), digest: index.digest };
    const confirm = index.digest.slice(7, 19);
    const [child = ""] = index.children;
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns: ["v*"] });
    const before = await t.rows();
    await expect(deleteImage(t.ctx, { ...of, digest: child, confirm: child.slice(7, 19) })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(index.digest),
    });
    await expect(deleteImage(t.ctx, { ...of, confirm })).rejects.toMatchObject({ reason: "immutable_tag" });
    await expect(deleteImage(t.ctx, { ...of, confirm: "x" })).rejects.toMatchObject({
      fields: { confirm: expect.anything() },
    });
    await expect(deleteImage(t.as("operator"), { ...of, confirm })).rejects.toMatchObject({
      reason: "registry.delete",
    });
    const other = await freshTenant();
    await expect(deleteImage(other.ctx, { ...of, confirm })).rejects.toMatchObject({ code: "not_found" });
    expect(await t.rows()).toEqual(before);
  });
});
