import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  IMAGE,
  imageOf,
  pushBlob,
  pushImage,
  pushIndex,
  randomBlob,
} from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  flushPulls,
  listProductRepositories,
  listTagRows,
  listUntagged,
  notePull,
  putManifest,
  setImmutableTags,
  viewManifest,
  viewProduct,
  viewRepository,
} from "./index.ts";

const repositoryOf = async (t: Fixture) =>
  (await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } })).id;

async function pulled(t: Fixture, pull: { digest: string; tag: string | null; actor: string }): Promise<void> {
  const ids = { tenantId: t.tenant.id, productId: t.product.id, repositoryId: await repositoryOf(t) };
  notePull({ ...ids, ...pull, memberId: null });
  await flushPulls();
}

describe("a product's page", () => {
  it("lists repositories with tags, the size of their blobs, the last push and pulls, page by page", async () => {
    const t = await freshTenant();
    const one = await pushImage(t.ctx, t.repository, ["a", "b"]);
    await pushImage(t.ctx, { ...t.repository, name: `${t.repository.name}/web` }, ["a"]);
    await pulled(t, { digest: one.digest, tag: "a", actor: "anonymous" });
    const first = await listProductRepositories(t.ctx, t.product.id, { limit: 1 });
    const { config, layers } = JSON.parse(one.bytes.toString());
    expect(first.repositories).toEqual([
      {
        id: await repositoryOf(t),
        name: t.repository.name,
        tags: 2,
        bytes: config.size + layers[0].size,
        pushedAt: expect.any(Date),
        pulls: 1,
      },
    ]);
    const rest = await listProductRepositories(t.ctx, t.product.id, { limit: 1, after: first.next ?? "" });
    expect([rest.repositories.map(({ name }) => name), rest.next]).toEqual([[`${t.repository.name}/web`], null]);
    const found = await listProductRepositories(t.ctx, t.product.id, { search: "/WEB" });
    expect(found.repositories).toHaveLength(1);
  });

  it("is of the tenant's own products", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    await expect(viewProduct(other.ctx, t.product.slug)).rejects.toMatchObject({ code: "not_found" });
    expect((await listProductRepositories(other.ctx, t.product.id)).repositories).toEqual([]);
  });
});

describe("a repository's page", () => {
  it("lists tags, the last moved first, with size, platforms, mover, pulls and lock, page by page", async () => {
    const t = await freshTenant();
    const one = await pushImage(t.as("operator"), t.repository, ["v1"]);
    const index = await pushIndex(t.ctx, t.repository, "v2");
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns: ["v1"] });
    await pulled(t, { digest: one.digest, tag: "v1", actor: "anonymous" });
    const id = await repositoryOf(t);
    const first = await listTagRows(t.ctx, id, { limit: 1 });
    expect(first.tags).toMatchObject([
      { name: "v2", digest: index.digest, platforms: ["linux/amd64", "linux/arm64"], immutable: null, pulls: 0 },
    ]);
    expect(first.tags[0]?.bytes).toBe(4 * 64);
    const rest = await listTagRows(t.ctx, id, { limit: 1, after: first.next ?? "" });
    expect([rest.next, rest.tags]).toMatchObject([
      null,
      [{ name: "v1", movedBy: t.users.operator.email, immutable: "v1", pulls: 1 }],
    ]);
    expect((await listTagRows(t.ctx, id, { search: "1" })).tags).toHaveLength(1);
    expect((await listTagRows(t.ctx, id, { search: "_" })).tags).toHaveLength(0);
    for (const after of ["x", "9999999999999999.v1", "253402300800000.v1"]) {
      await expect(listTagRows(t.ctx, id, { after })).rejects.toMatchObject({ code: "invalid" });
    }
  });

  it("counts pulls by day, and says who pulled a manifest", async () => {
    const t = await freshTenant();
    const one = await pushImage(t.ctx, t.repository, ["v1"]);
    await pulled(t, { digest: one.digest, tag: "v1", actor: `user:${t.member.userId}` });
    await pulled(t, { digest: one.digest, tag: null, actor: `user:${t.member.userId}` });
    await pulled(t, { digest: one.digest, tag: null, actor: `token:${newId()}` });
    const id = await repositoryOf(t);
    const { pulls } = await viewRepository(t.ctx, id);
    expect([pulls.length, pulls.at(-1)?.pulls, pulls[0]?.pulls]).toEqual([30, 3, 0]);
    const { pullers } = await viewManifest(t.ctx, id, "v1");
    expect(pullers.map(({ label, pulls }) => [label, pulls])).toEqual([
      [t.member.email, 2],
      ["somebody who is gone", 1],
    ]);
  });

  it("lists what nothing leads to, and not the children and signatures of what is there", async () => {
    const t = await freshTenant();
    const old = await pushImage(t.ctx, t.repository, ["latest"]);
    await pushIndex(t.ctx, t.repository, "latest");
    const { manifests } = await listUntagged(t.ctx, await repositoryOf(t));
    expect(manifests.map(({ digest }) => digest)).toEqual([old.digest]);
  });

  it("is nobody's of another tenant", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const image = await pushImage(t.ctx, t.repository, ["v1"]);
    const id = await repositoryOf(t);
    const calls = [
      () => viewRepository(other.ctx, id),
      () => listTagRows(other.ctx, id),
      () => listUntagged(other.ctx, id),
      () => viewManifest(other.ctx, id, "v1"),
      () => viewManifest(t.ctx, id, "v9"),
      () => viewManifest(t.ctx, id, digestOf(randomBlob())),
      () => viewManifest(t.ctx, newId(), image.digest),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a manifest's page", () => {
  it("shows an index with its platforms and what belongs to it", async () => {
    const t = await freshTenant();
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const id = await repositoryOf(t);
    const view = await viewManifest(t.ctx, id, "v1");
    expect(view).toMatchObject({ tag: "v1", digest: index.digest, layers: [], config: null, tags: [{ name: "v1" }] });
    expect(view.entries.map(({ digest, isThere }) => [digest, isThere])).toEqual(index.children.map((d) => [d, true]));
    expect(view.referrers.map(({ digest }) => digest)).toEqual([index.signature]);
    const child = await viewManifest(t.ctx, id, index.children[0] ?? "");
    expect(child).toMatchObject({ tag: null, tags: [], parents: [index.digest] });
    expect((await viewManifest(t.ctx, id, index.signature)).subject).toEqual({ digest: index.digest, isThere: true });
  });

  it("shows an image's config, and each layer with what made it", async () => {
    const t = await freshTenant();
    const layer = randomBlob();
    const history = [{ created_by: "ADD base" }, { created_by: "ENV A=<script>", empty_layer: true }];
    const config = Buffer.from(
      JSON.stringify({ os: "linux", architecture: "amd64", config: { Env: ["A=1"] }, history }),
    );
    for (const blob of [config, layer]) await pushBlob(t.ctx, t.repository, blob);
    const bytes = imageOf(config, [layer], { annotations: { "a.b": "c" } });
    await putManifest(t.ctx, { repository: t.repository, reference: "v1", contentType: IMAGE, bytes });
    const view = await viewManifest(t.ctx, await repositoryOf(t), "v1");
    expect(view.layers).toMatchObject([{ digest: digestOf(layer), size: 64, command: "ADD base" }]);
    expect(view).toMatchObject({
      config: { platform: "linux/amd64", env: ["A=1"] },
      bytes: config.length + 64,
      annotations: [["a.b", "c"]],
      raw: bytes.toString(),
    });
  });

  it("shows one whose config is nothing of the sort", async () => {
    const t = await freshTenant();
    const [config, layer] = [randomBlob(), randomBlob()];
    for (const blob of [config, layer]) await pushBlob(t.ctx, t.repository, blob);
    const bytes = imageOf(config, [layer]);
    await putManifest(t.ctx, { repository: t.repository, reference: "v1", contentType: IMAGE, bytes });
    expect(await viewManifest(t.ctx, await repositoryOf(t), "v1")).toMatchObject({
      config: null,
      layers: [{ command: null }],
    });
  });
});
