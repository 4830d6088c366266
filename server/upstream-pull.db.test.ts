import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { createPolicy } from "#lib/policies/index.ts";
import { behind, freshTenant, personalToken, pushImage } from "#lib/testing/index.ts";
import { changeUpstream, disconnectRepository } from "#lib/upstream/index.ts";
import { mirrorForTest } from "./mirror.contract.ts";

const mirror = mirrorForTest();

describe("a pull of what is not here", () => {
  it("fetches an image by its tag, then each of its blobs as it is asked for, and keeps them", async () => {
    const image = mirror.upstream.image("1.0", 2);
    const pulled = await mirror.manifest("1.0");
    expect([pulled.status, pulled.headers["docker-content-digest"]]).toEqual([200, image.digest]);
    expect(pulled.body.equals(image.bytes)).toBe(true);
    expect(mirror.upstream.asked("/blobs/")).toBe(0);
    for (const digest of [image.config, ...image.layers]) {
      expect((await mirror.blob(digest)).body.equals(mirror.upstream.blobs.get(digest) ?? Buffer.alloc(0))).toBe(true);
    }
    mirror.upstream.seen.length = 0;
    await mirror.manifest("1.0");
    await mirror.manifest(image.digest);
    for (const digest of [image.config, ...image.layers]) expect((await mirror.blob(digest)).status).toBe(200);
    expect(mirror.upstream.seen).toEqual([]);
    const [event] = await db().tagEvent.findMany({ where: { tenantId: mirror.t.tenant.id } });
    expect(event).toMatchObject({ name: "1.0", toDigest: image.digest, movedBy: "system" });
  });

  it("fetches an index first, and of its platforms those that are asked for", async () => {
    const index = mirror.upstream.index("multi");
    expect((await mirror.manifest("multi")).headers["docker-content-digest"]).toBe(index.digest);
    const [amd64 = "", arm64 = ""] = index.children;
    expect((await mirror.manifest(amd64)).status).toBe(200);
    expect(mirror.upstream.asked(`/manifests/${arm64}`)).toBe(0);
  });

  it("answers 404 for what upstream has not, and asks it for nothing that no image here has", async () => {
    const image = mirror.upstream.image("1.0");
    expect((await mirror.manifest("none")).status).toBe(404);
    expect((await mirror.manifest(`sha256:${"0".repeat(64)}`)).status).toBe(404);
    mirror.upstream.seen.length = 0;
    expect((await mirror.blob(image.layers[0] ?? "")).status).toBe(404);
    expect(mirror.upstream.seen).toEqual([]);
  });

  it("is fetched once for fifty who pull at once", async () => {
    const image = mirror.upstream.image("1.0");
    const pulls = await Promise.all(Array.from({ length: 50 }, () => mirror.manifest("1.0")));
    expect(new Set(pulls.map(({ status }) => status))).toEqual(new Set([200]));
    expect(mirror.upstream.asked("GET /v2/team/app/manifests/")).toBe(1);
    const layers = await Promise.all(Array.from({ length: 50 }, () => mirror.blob(image.layers[0] ?? "")));
    expect(
      layers.every(({ body }) => body.equals(mirror.upstream.blobs.get(image.layers[0] ?? "") ?? Buffer.alloc(0))),
    ).toBe(true);
    expect(mirror.upstream.asked("/blobs/")).toBe(1);
  });

  it("does not wait while it is decided whether the tag is one that never moves", async () => {
    mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    await mirror.later();
    const document = { products: [], patterns: ["1.*"] };
    const { policyId } = await createPolicy(mirror.t.ctx, { kind: "immutability", name: "Stay", document });
    await db().policyVersion.updateMany({ where: { policyId }, data: { state: "active" } });
    const order: string[] = [];
    await behind({
      hold: (holder) => holder.query("SELECT FROM policy_versions WHERE policy_id = $1 FOR UPDATE", [policyId]),
      deed: async () => order.push(`pulled: ${(await mirror.manifest("1.0")).status}`),
      meanwhile: async () => order.push("decided"),
    });
    expect(order).toEqual(["pulled: 200", "decided"]);
  });

  it("asks upstream for nobody who may not pull", async () => {
    const image = mirror.upstream.image("1.0");
    await db().product.update({ where: { id: mirror.t.product.id }, data: { requiresEntitlement: true } });
    const stranger = await freshTenant();
    const { secret } = await personalToken({ id: stranger.member.userId, email: stranger.member.email });
    for (const asked of [{}, { secret }, { secret: "none" }]) {
      expect([401, 403, 404]).toContain((await mirror.manifest("1.0", asked)).status);
      expect([401, 403, 404]).toContain((await mirror.manifest(image.digest, asked)).status);
      expect([401, 403, 404]).toContain((await mirror.blob(image.config, asked)).status);
    }
    expect(mirror.upstream.seen).toEqual([]);
  });

  it("takes over what the patterns say and no more, also by digest", async () => {
    await changeUpstream(mirror.t.ctx, { repositoryId: mirror.repositoryId, patterns: ["1.*"] });
    const [image, other, index] = [
      mirror.upstream.image("1.0"),
      mirror.upstream.image("2.0"),
      mirror.upstream.index("1.1"),
    ];
    expect((await mirror.manifest("2.0")).status).toBe(404);
    expect((await mirror.manifest(other.digest)).status).toBe(404);
    expect((await mirror.manifest(image.digest)).status).toBe(404);
    expect(mirror.upstream.seen).toEqual([]);
    expect((await mirror.manifest("1.0")).status).toBe(200);
    await mirror.manifest("1.1");
    expect((await mirror.manifest(index.children[0] ?? "")).status).toBe(200);
  });

  it("looks nowhere once pulls are not looked for, or the connection is ended; what is kept stays", async () => {
    const [image] = [mirror.upstream.image("1.0"), mirror.upstream.image("2.0")];
    await mirror.manifest("1.0");
    await mirror.blob(image.config);
    await changeUpstream(mirror.t.ctx, { repositoryId: mirror.repositoryId, pullThrough: false });
    mirror.upstream.seen.length = 0;
    expect((await mirror.manifest("2.0")).status).toBe(404);
    expect((await mirror.blob(image.layers[0] ?? "")).status).toBe(404);
    await changeUpstream(mirror.t.ctx, { repositoryId: mirror.repositoryId, pullThrough: true });
    await mirror.blob(image.layers[0] ?? "");
    mirror.upstream.seen.length = 0;
    await disconnectRepository(mirror.t.ctx, { repositoryId: mirror.repositoryId });
    expect([(await mirror.manifest("1.0")).status, (await mirror.blob(image.config)).status]).toEqual([200, 200]);
    expect((await mirror.manifest("2.0")).status).toBe(404);
    expect(mirror.upstream.seen).toEqual([]);
  });

  it("goes by the tenant's quota", async () => {
    const image = mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    const quota = { ownQuota: true, quotaBytes: 10n };
    await db().tenantStorage.upsert({
      where: { tenantId: mirror.t.tenant.id },
      create: { tenantId: mirror.t.tenant.id, ...quota },
      update: quota,
    });
    expect((await mirror.blob(image.layers[0] ?? "")).status).toBe(503);
    expect(await db().upload.count({ where: { tenantId: mirror.t.tenant.id } })).toBe(0);
  });
});

describe("a repository without an upstream", () => {
  it("is pulled from as ever, and its misses go nowhere", async () => {
    const product = await mirror.t.addProduct();
    const repository = {
      name: `${mirror.t.tenant.slug}/${product.slug}`,
      tenant: mirror.t.tenant.slug,
      product: product.slug,
    };
    const image = await pushImage(mirror.t.ctx, repository, ["1.0"]);
    expect((await mirror.get(`/v2/${repository.name}/manifests/1.0`)).headers["docker-content-digest"]).toBe(
      image.digest,
    );
    expect((await mirror.get(`/v2/${repository.name}/manifests/2.0`)).status).toBe(404);
    expect(mirror.upstream.seen).toEqual([]);
  });
});
