import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, IMAGE, imageOf, personalToken, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, type RawAnswer, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: Record<string, string>;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  robot = { authorization: `Bearer ${(await robotToken(t.ctx, ["registry.pull", "registry.push"])).secret}` };
});
afterAll(() => plane.close());

type Call = Parameters<typeof rawRequest>[1];
const send = (call: Call, headers = robot) =>
  rawRequest(plane.port, { ...call, headers: { ...headers, ...call.headers } });
const codeOf = (answer: RawAnswer) => JSON.parse(answer.body.toString()).errors[0].code as string;
const uploads = () => `/v2/${t.repository.name}/blobs/uploads/`;

describe("a manifest", () => {
  const put = (reference: string, body: Buffer | string, type = IMAGE) =>
    send({
      method: "PUT",
      path: `/v2/${t.repository.name}/manifests/${reference}`,
      headers: { "content-type": type },
      body,
    });

  it("beyond 4 MiB is 413, whether or not it says its length", async () => {
    const tooLarge = Buffer.alloc(5 * 1024 * 1024, 32);
    expect((await put("big", tooLarge)).status).toBe(413);
    const chunked = await send({
      method: "PUT",
      path: `/v2/${t.repository.name}/manifests/big`,
      headers: { "content-type": IMAGE, "transfer-encoding": "chunked" },
      body: tooLarge,
    });
    expect(chunked.status).toBe(413);
  });

  it("that refers to more than an image ever does, or gives one blob two sizes, is refused", async () => {
    const layer = (n: number, size = 1) => ({
      mediaType: "application/vnd.oci.image.layer.v1.tar",
      digest: `sha256:${n.toString(16).padStart(64, "0")}`,
      size,
      urls: ["https://example.com/layer"],
    });
    const config = randomBytes(20);
    await send({ method: "POST", path: `${uploads()}?digest=${digestOf(config)}`, body: config });
    const manifest = (layers: unknown[]) => JSON.stringify({ ...JSON.parse(imageOf(config, []).toString()), layers });
    const many = await put("many", manifest(Array.from({ length: 3000 }, (_, n) => layer(n))));
    const twice = await put("twice", manifest([layer(1, 1), layer(1, 2)]));
    const enough = await put("enough", manifest(Array.from({ length: 1500 }, (_, n) => layer(n))));
    expect([codeOf(many), codeOf(twice), enough.status]).toEqual(["MANIFEST_INVALID", "MANIFEST_INVALID", 201]);
  });

  it("that refers to what was not pushed, is no JSON, or contradicts itself is refused, and moves no tag", async () => {
    const stray = imageOf(randomBytes(10), [randomBytes(10)]);
    const cases = [
      [stray, IMAGE, "MANIFEST_BLOB_UNKNOWN"],
      ["{", IMAGE, "MANIFEST_INVALID"],
      ["[]", IMAGE, "MANIFEST_INVALID"],
      [stray, "text/plain", "MANIFEST_INVALID"],
      [stray, "application/vnd.oci.image.index.v1+json", "MANIFEST_INVALID"],
      [`${"[".repeat(100_000)}`, IMAGE, "MANIFEST_INVALID"],
    ] as const;
    for (const [body, type, code] of cases) {
      const answer = await put("refused", body, type);
      expect([answer.status, codeOf(answer)], code).toEqual([400, code]);
    }
    expect((await send({ path: `/v2/${t.repository.name}/manifests/refused` })).status).toBe(404);
  });
});

describe("who may not push", () => {
  it("a token that may only pull gets DENIED with the reason, and nothing changes", async () => {
    const reader = { authorization: `Bearer ${(await robotToken(t.ctx, ["registry.pull"])).secret}` };
    const before = await t.rows();

    const answer = await send({ method: "POST", path: uploads() }, reader);

    expect([answer.status, codeOf(answer)]).toEqual([403, "DENIED"]);
    expect(JSON.parse(answer.body.toString()).errors[0].message).toContain("registry.push");
    expect(await t.rows()).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ action: "registry.push", outcome: "denied" });
  });

  it("a member, and a readonly of the team, get the same; a robot of another tenant knows of nothing", async () => {
    const scopes = ["registry.pull", "registry.push"] as const;
    const member = { id: t.member.userId, email: t.member.email };
    const other = await freshTenant();
    for (const [secret, status] of [
      [(await personalToken(member, [...scopes])).secret, 403],
      [(await personalToken(t.users.readonly, [...scopes])).secret, 403],
      [(await robotToken(other.ctx, [...scopes])).secret, 404],
    ] as const) {
      const headers = { authorization: `Bearer ${secret}` };
      expect((await send({ method: "POST", path: uploads() }, headers)).status).toBe(status);
      const put = { method: "PUT", path: `/v2/${t.repository.name}/manifests/x`, body: "{}" };
      expect((await send(put, headers)).status).toBe(status);
    }
  });
});
