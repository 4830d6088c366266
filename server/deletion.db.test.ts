import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, freshTenant, personalToken, pushBlob, pushImage, randomBlob } from "#lib/testing/index.ts";
import { listenDataPlane, type RawAnswer, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let manager: string;
let operator: string;
let member: string;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  const scopes = ["registry.pull", "registry.push", "registry.delete"] as const;
  manager = (await personalToken(t.users.manager, [...scopes])).secret;
  operator = (await personalToken(t.users.operator, [...scopes])).secret;
  member = (await personalToken({ id: t.member.userId, email: t.member.email })).secret;
});
afterAll(() => plane.close());

const send = (method: string, rest: string, secret: string | null) =>
  rawRequest(plane.port, {
    method,
    path: `/v2/${t.repository.name}/${rest}`,
    headers: secret ? { authorization: `Bearer ${secret}` } : {},
  });
const errorOf = ({ body }: RawAnswer) => JSON.parse(body.toString()).errors[0];

describe("DELETE", () => {
  it("of a tag is 202: the tag is unknown to the next pull, the manifest is not", async () => {
    const { digest } = await pushImage(t.ctx, t.repository, ["a", "b"]);
    expect(await send("DELETE", "manifests/a", manager)).toMatchObject({ status: 202 });
    const gone = await send("GET", "manifests/a", member);
    expect([gone.status, errorOf(gone).code]).toEqual([404, "MANIFEST_UNKNOWN"]);
    expect((await send("GET", "manifests/b", member)).status).toBe(200);
    expect((await send("GET", `manifests/${digest}`, member)).status).toBe(200);
    expect((await send("DELETE", "manifests/a", manager)).status).toBe(404);
  });

  it("of a manifest is 202: the next pull finds neither it nor its tags nor, by a customer, its layers", async () => {
    const { digest, layer } = await pushImage(t.ctx, t.repository, ["c", "d"]);
    expect((await send("GET", `blobs/${layer}`, member)).status).toBe(200);
    expect((await send("DELETE", `manifests/${digest}`, manager)).status).toBe(202);
    for (const rest of ["manifests/c", "manifests/d", `manifests/${digest}`, `blobs/${layer}`]) {
      expect((await send("GET", rest, member)).status, rest).toBe(404);
    }
    expect((await send("HEAD", `blobs/${layer}`, operator)).status).toBe(200);
    expect((await send("DELETE", `manifests/${digest}`, manager)).status).toBe(404);
  });

  it("of a blob is 202 and the blob unknown, but 409 with the reason while a manifest refers to it", async () => {
    const { digest, layer } = await pushImage(t.ctx, t.repository);
    const refused = await send("DELETE", `blobs/${layer}`, manager);
    expect([refused.status, errorOf(refused)]).toMatchObject([
      409,
      { code: "DENIED", message: expect.stringContaining(digest), detail: { reason: "in_a_manifest" } },
    ]);
    const stray = await pushBlob(t.ctx, t.repository, randomBlob());
    expect((await send("DELETE", `blobs/${stray}`, manager)).status).toBe(202);
    expect((await send("HEAD", `blobs/${stray}`, manager)).status).toBe(404);
    expect((await send("DELETE", `blobs/${stray}`, manager)).status).toBe(404);
  });

  it("without the permission is DENIED with its sentence; without a token, a challenge for deletion", async () => {
    const { digest } = await pushImage(t.ctx, t.repository, ["kept"]);
    const before = await t.rows();
    for (const [secret, status] of [
      [operator, 403],
      [member, 403],
      [null, 401],
    ] as const) {
      for (const rest of ["manifests/kept", `manifests/${digest}`, `blobs/${digest}`]) {
        expect((await send("DELETE", rest, secret)).status, rest).toBe(status);
      }
    }
    expect(await t.rows()).toEqual(before);
    const { headers } = await send("DELETE", "manifests/kept", null);
    expect(headers["www-authenticate"]).toContain(`scope="repository:${t.repository.name}:delete"`);
  });
});
