import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { env } from "#lib/env.ts";
import { blobStore, S3Store, s3Settings } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, pushBlob, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let headers: Record<string, string>;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  headers = { authorization: `Bearer ${(await robotToken(t.ctx, ["registry.pull", "registry.push"])).secret}` };
});
afterAll(() => plane.close());

const ask = (digest: string, how: { method?: string; headers?: Record<string, string> } = {}) =>
  rawRequest(plane.port, {
    method: how.method,
    path: `/v2/${t.repository.name}/blobs/${digest}`,
    headers: { ...headers, ...how.headers },
  });

describe("a blob in an object store", () => {
  it("is answered with a link of a minute, whose answer is the bytes (distribution-spec, Pulling blobs)", async () => {
    const bytes = randomBytes(7 * 1024 * 1024);
    const digest = await pushBlob(t.ctx, t.repository, bytes);
    const answer = await ask(digest);
    expect([answer.status, answer.headers["docker-content-digest"], answer.body.length]).toEqual([307, digest, 0]);
    const link = new URL(String(answer.headers.location));
    expect(link.origin).toBe(env().S3_ENDPOINT);
    expect(Number(link.searchParams.get("X-Amz-Expires"))).toBeLessThanOrEqual(60);
    const followed = await fetch(link);
    expect(followed.status).toBe(200);
    expect(followed.headers.get("content-type")).toBe("application/octet-stream");
    expect(Buffer.from(await followed.arrayBuffer()).equals(bytes)).toBe(true);
    const part = await fetch(link, { headers: { range: "bytes=100-199" } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
  });

  it("can be read by its link alone, and not written, nor another one read", async () => {
    const digest = await pushBlob(t.ctx, t.repository, randomBytes(100_000));
    const link = String((await ask(digest)).headers.location);
    expect((await fetch(link, { method: "PUT", body: "x" })).status).toBe(403);
    expect((await fetch(link.replace(/[0-9a-f-]{36}\?/, "0?"))).status).toBe(403);
    expect((await fetch(link.split("?")[0] ?? "")).ok).toBe(false);
  });

  it("keeps its own answers to HEAD, to conditions and to ranges beyond its end", async () => {
    const digest = await pushBlob(t.ctx, t.repository, randomBytes(100_000));
    const head = await ask(digest, { method: "HEAD" });
    expect([head.status, head.headers["content-length"]]).toEqual([200, "100000"]);
    expect((await ask(digest, { headers: { "if-none-match": `"${digest}"` } })).status).toBe(304);
    expect((await ask(digest, { headers: { range: "bytes=100000-" } })).status).toBe(416);
  });

  it("is answered from memory where it is small", async () => {
    const bytes = randomBytes(4096);
    const answer = await ask(await pushBlob(t.ctx, t.repository, bytes));
    expect(answer.status).toBe(200);
    expect(answer.body.equals(bytes)).toBe(true);
  });
});

describe("a bucket that can't be used", () => {
  it("says so where it is tried, and is no mistake where it can be used", async () => {
    const settings = s3Settings();
    if (!settings?.credentials) throw new Error("these tests run with a bucket");
    await blobStore().probe();
    const wrong = { ...settings.credentials, secretAccessKey: "wrong" };
    await expect(new S3Store({ ...settings, credentials: wrong }).probe()).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(new S3Store({ ...settings, bucket: "nobody-made-this" }).probe()).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});
