import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { setImmutableTags } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { setEnv } from "#lib/env.ts";
import { startUpstream } from "#lib/testing/index.ts";
import { mirrorForTest } from "./mirror.contract.ts";

const mirror = mirrorForTest();

describe("a tag that is kept", () => {
  it("is asked for upstream once it is not fresh, and moves as it moved there", async () => {
    const [first] = [mirror.upstream.image("1.0")];
    await mirror.manifest("1.0");
    const second = mirror.upstream.image("1.0");
    mirror.upstream.seen.length = 0;
    expect((await mirror.manifest("1.0")).headers["docker-content-digest"]).toBe(first.digest);
    expect(mirror.upstream.seen).toEqual([]);
    await mirror.later();
    expect((await mirror.manifest("1.0")).headers["docker-content-digest"]).toBe(second.digest);
    const moved = await db().tagEvent.findFirst({ where: { tenantId: mirror.t.tenant.id, fromDigest: first.digest } });
    expect(moved).toMatchObject({ toDigest: second.digest, movedBy: "system" });
    await mirror.later();
    mirror.upstream.seen.length = 0;
    expect((await mirror.manifest("1.0")).headers["docker-content-digest"]).toBe(second.digest);
    expect(mirror.upstream.seen.map((line) => line.split(" ")[0])).toEqual(["HEAD"]);
  });

  it("stays where it is where it is immutable, and nobody is asked", async () => {
    const first = mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    await setImmutableTags(mirror.t.ctx, { productId: mirror.t.product.id, patterns: ["1.*"] });
    mirror.upstream.image("1.0");
    await mirror.later();
    mirror.upstream.seen.length = 0;
    expect((await mirror.manifest("1.0")).headers["docker-content-digest"]).toBe(first.digest);
    expect(mirror.upstream.seen).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ["down", (response) => response.writeHead(502).end()],
    ["refusing", (response) => response.writeHead(403).end()],
    ["limiting", (response) => response.writeHead(429, { "retry-after": "7" }).end()],
    ["breaking off", (response) => response.destroy()],
    ["without the tag", (response) => response.writeHead(404).end()],
  ])("is served with a warning while upstream is %s", async (_, answer) => {
    const image = mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    await mirror.later();
    mirror.always(answer);
    const pulled = await mirror.manifest("1.0");
    expect([pulled.status, pulled.headers["docker-content-digest"]]).toEqual([200, image.digest]);
    expect(pulled.headers.warning).toMatch(/^299 - "The upstream of .* this is what was kept\."$/);
    mirror.upstream.seen.length = 0;
    expect((await mirror.manifest("1.0")).headers.warning).toBe(pulled.headers.warning);
    expect(mirror.upstream.seen).toEqual([]);
  });

  it("is served with a warning where the credentials were sealed with another key of the instance", async () => {
    const image = mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    await mirror.later();
    const data = { passwordEncrypted: Buffer.alloc(60, 1), secretSetAt: new Date() };
    await db().upstreamRegistry.updateMany({ where: { tenantId: mirror.t.tenant.id }, data });
    const pulled = await mirror.manifest("1.0");
    expect([pulled.status, pulled.headers["docker-content-digest"]]).toEqual([200, image.digest]);
    expect(pulled.headers.warning).toContain("this is what was kept");
  });

  it("that upstream has and we have not is 503 with words while it is down", async () => {
    const image = mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    mirror.always((response) => response.writeHead(429, { "retry-after": "7" }).end());
    for (const answer of [await mirror.manifest("2.0"), await mirror.blob(image.config)]) {
      expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "7"]);
      expect(answer.body.toString()).toContain("can't be used now");
      expect(answer.body.toString()).not.toContain("127.0.0.1");
    }
  });
});

describe("an upstream that lies", () => {
  const refusals = async () => {
    const row = await db().upstreamRepository.findFirstOrThrow({ where: { tenantId: mirror.t.tenant.id } });
    return row.refusals;
  };
  const lying = (part: string, bytes: Buffer, headers: Record<string, string> = {}) => {
    mirror.upstream.hook = (request, response) => {
      if (!request.url?.includes(part)) return false;
      response.writeHead(200, headers).end(bytes);
      return true;
    };
  };

  it("about a layer's bytes is refused and counted, and nothing of it is seen or kept", async () => {
    const image = mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    const [layer = ""] = image.layers;
    for (const bytes of [Buffer.alloc(2000, "x"), Buffer.alloc(1999, "x"), Buffer.alloc(5000, "x")]) {
      lying(layer, bytes);
      expect((await mirror.blob(layer)).status).toBe(503);
    }
    lying(layer, Buffer.alloc(5000, "x"), { "content-length": "5000" });
    expect((await mirror.blob(layer)).status).toBe(503);
    expect(await refusals()).toBe(4);
    expect(await db().upload.count({ where: { tenantId: mirror.t.tenant.id } })).toBe(0);
    expect(await db().repositoryBlob.count({ where: { tenantId: mirror.t.tenant.id } })).toBe(0);
    mirror.upstream.hook = null;
    expect((await mirror.blob(layer)).status).toBe(200);
  });

  it("about a manifest is refused and counted", async () => {
    const [image, other] = [mirror.upstream.image("1.0"), mirror.upstream.image("2.0")];
    lying("/manifests/", other.bytes, { "docker-content-digest": image.digest });
    expect((await mirror.manifest("1.0")).status).toBe(503);
    expect((await mirror.manifest(image.digest)).status).toBe(503);
    lying("/manifests/", Buffer.from("<html>"), { "content-type": "text/html" });
    expect((await mirror.manifest("1.0")).status).toBe(503);
    lying("/manifests/", Buffer.alloc(4 * 1024 * 1024 + 1, " "));
    expect((await mirror.manifest("1.0")).status).toBe(503);
    expect(await refusals()).toBe(4);
    expect(await db().manifest.count({ where: { tenantId: mirror.t.tenant.id } })).toBe(0);
  });

  it("by redirecting a blob to the inside gets nothing from there", async () => {
    const inside = await startUpstream();
    const image = mirror.upstream.image("1.0");
    await mirror.manifest("1.0");
    setEnv({ OUTGOING_ALLOW: new URL(mirror.upstream.url).host });
    mirror.upstream.hook = (request, response) => {
      if (!request.url?.includes("/blobs/")) return false;
      response.writeHead(307, { location: `${inside.url}/secret` }).end();
      return true;
    };
    expect((await mirror.blob(image.config)).status).toBe(503);
    expect(inside.seen).toEqual([]);
    // The same where the operator allows it: then it is called.
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
    expect((await mirror.blob(image.config)).status).toBe(404);
    expect(inside.seen).toEqual(["GET /secret"]);
    await inside.stop();
  });
});
