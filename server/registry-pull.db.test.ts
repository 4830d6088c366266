import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { grantEntitlement, restrictProduct, revokeEntitlement } from "#lib/entitlements/index.ts";
import { handleOci } from "#lib/oci/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  newUser,
  type Pushed,
  personalToken,
  pushImage,
  robotToken,
} from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest, withoutRequestId } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let image: Pushed;
let member: string;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant({ product: { requiresEntitlement: true } });
  image = await pushImage(t.ctx, t.repository, ["1.0", "1.1", "latest"]);
  member = (await personalToken({ id: t.member.userId, email: t.member.email })).secret;
});
afterAll(() => plane.close());

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  rawRequest(plane.port, { path, headers, method });
const manifests = (reference: string) => `/v2/${t.repository.name}/manifests/${reference}`;
const blobs = (digest: string) => `/v2/${t.repository.name}/blobs/${digest}`;
const grant = () => grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });

describe("a restricted image", () => {
  it("is DENIED to a member without a grant, with the reason, and the denial is audited", async () => {
    const answer = await get(manifests("1.0"), bearer(member));

    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body.toString()).errors[0]).toMatchObject({
      code: "DENIED",
      message: expect.stringContaining("does not include this product"),
      detail: { reason: "not_entitled", requestId: answer.headers["x-request-id"] },
    });
    expect(await t.lastAudit()).toMatchObject({
      action: "oci.pull.denied_entitlement",
      outcome: "denied",
      reason: "not_entitled",
      subjectLabel: t.repository.name,
    });
  });

  it("is pulled byte by byte after a grant, and refused on the next request after a revoke", async () => {
    const { grant: row } = await grant();

    const byTag = await get(manifests("1.0"), bearer(member));
    const byDigest = await get(manifests(image.digest), bearer(member));
    const layer = await get(blobs(image.layer), bearer(member));
    expect(byTag.body.equals(image.bytes)).toBe(true);
    expect(byDigest.body.equals(image.bytes)).toBe(true);
    expect(digestOf(layer.body)).toBe(image.layer);
    expect(byTag.headers).toMatchObject({
      "content-type": "application/vnd.oci.image.manifest.v1+json",
      "content-length": String(image.bytes.length),
      "docker-content-digest": image.digest,
      "cache-control": "private, no-store",
      "docker-distribution-api-version": "registry/2.0",
    });

    await revokeEntitlement(t.ctx, { entitlementId: row.id });
    for (const path of [
      manifests("1.0"),
      manifests(image.digest),
      blobs(image.layer),
      `/v2/${t.repository.name}/tags/list`,
    ]) {
      expect((await get(path, bearer(member))).status, path).toBe(403);
    }
  });

  it("locks nobody out when it becomes restricted with keep-current-access", async () => {
    const open = await freshTenant();
    await pushImage(open.ctx, open.repository, ["1.0"]);
    const { secret } = await personalToken({ id: open.member.userId, email: open.member.email });
    const path = `/v2/${open.repository.name}/manifests/1.0`;
    expect((await get(path, bearer(secret))).status).toBe(200);

    await restrictProduct(open.ctx, { productId: open.product.id, requiresEntitlement: true, keepAccess: true });

    expect((await get(path, bearer(secret))).status).toBe(200);
  });
});

describe("who may not know that a repository exists", () => {
  it("a stranger gets the bytes of a repository that is not there", async () => {
    const stranger = await newUser();
    const { secret } = await personalToken(stranger);
    for (const [there, nowhere] of [
      [manifests("1.0"), "/v2/nobody/nothing/manifests/1.0"],
      [blobs(image.layer), `/v2/nobody/nothing/blobs/${image.layer}`],
      [`/v2/${t.repository.name}/tags/list`, "/v2/nobody/nothing/tags/list"],
      [`/v2/${t.tenant.slug}/nothing/manifests/1.0`, "/v2/nobody/nothing/manifests/1.0"],
    ] as const) {
      const [a, b] = [await get(there, bearer(secret)), await get(nowhere, bearer(secret))];
      expect(a.status, there).toBe(404);
      expect(withoutRequestId(a.body)).toBe(withoutRequestId(b.body));
    }
  });

  it("another tenant's blob is not served through a repository of one's own (threat row 3)", async () => {
    const other = await freshTenant();
    await pushImage(other.ctx, other.repository);
    const { secret } = await personalToken(other.users.owner);

    const answer = await get(`/v2/${other.repository.name}/blobs/${image.layer}`, bearer(secret), "HEAD");

    expect(answer.status).toBe(404);
  });

  it("nobody signed in gets the same 401 for what is there and what is not", async () => {
    const [a, b] = [await get(manifests("1.0")), await get("/v2/nobody/nothing/manifests/1.0")];

    expect([a.status, b.status]).toEqual([401, 401]);
    expect(withoutRequestId(a.body)).toBe(withoutRequestId(b.body));
    expect(a.headers["www-authenticate"]).toMatch(
      /^Bearer realm="http:\/\/purser\.test:3000\/auth\/token",service="purser\.test:3000",scope="repository:.*:pull"$/,
    );
  });
});

describe("a revoked or expired token", () => {
  it("is 401 with invalid_token on its next request", async () => {
    const robot = await robotToken(t.ctx, ["registry.pull"]);
    const basic = { authorization: `Basic ${Buffer.from(`token:${robot.secret}`).toString("base64")}` };
    const issued = await get(`/auth/token?service=x&scope=repository:${t.repository.name}:pull`, basic);
    const jwt = JSON.parse(issued.body.toString()).token as string;
    expect((await get(manifests("1.0"), bearer(jwt))).status).toBe(200);

    const { revokeRobotToken } = await import("#lib/identity/index.ts");
    await revokeRobotToken(t.ctx, robot.id);

    for (const path of ["/v2/", "/v2/nonsense"]) expect((await get(path, bearer(jwt))).status, path).toBe(401);
    const answer = await get(manifests("1.0"), bearer(jwt));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
  });
});

describe("GET and HEAD", () => {
  it("HEAD carries what GET would, without the body", async () => {
    const owner = bearer((await personalToken(t.users.owner)).secret);
    for (const path of [manifests("1.0"), blobs(image.layer)]) {
      const [head, whole] = [await get(path, owner, "HEAD"), await get(path, owner)];
      expect(head.body.length).toBe(0);
      for (const name of ["content-length", "docker-content-digest", "etag", "content-type"]) {
        expect(head.headers[name], name).toBe(whole.headers[name]);
      }
    }
  });

  it("a part of a blob is 206, beyond its end 416, and an etag that matches 304", async () => {
    const owner = bearer((await personalToken(t.users.owner)).secret);
    const whole = (await get(blobs(image.layer), owner)).body;

    const part = await get(blobs(image.layer), { ...owner, range: "bytes=10-19" });
    const tail = await get(blobs(image.layer), { ...owner, range: "bytes=-4" });
    const beyond = await get(blobs(image.layer), { ...owner, range: "bytes=9999-" });
    const same = await get(blobs(image.layer), { ...owner, "if-none-match": `"${image.layer}"` });

    expect([part.status, part.body.equals(whole.subarray(10, 20))]).toEqual([206, true]);
    expect(part.headers["content-range"]).toBe(`bytes 10-19/${whole.length}`);
    expect([tail.status, tail.body.equals(whole.subarray(-4))]).toEqual([206, true]);
    expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, `bytes */${whole.length}`]);
    expect([same.status, same.body.length]).toEqual([304, 0]);
  });

  it("lists tags in byte order, page by page", async () => {
    const owner = bearer((await personalToken(t.users.owner)).secret);
    const list = (query: string) => get(`/v2/${t.repository.name}/tags/list${query}`, owner);
    const first = await list("?n=2");

    expect(JSON.parse(first.body.toString())).toEqual({ name: t.repository.name, tags: ["1.0", "1.1"] });
    expect(first.headers.link).toBe(`</v2/${t.repository.name}/tags/list?n=2&last=1.1>; rel="next"`);
    expect(JSON.parse((await list("?n=2&last=1.1")).body.toString()).tags).toEqual(["latest"]);
    expect(JSON.parse((await list("?n=0")).body.toString()).tags).toEqual([]);
    expect(JSON.parse((await list("?n=999999999999")).body.toString()).tags).toHaveLength(3);
    expect((await list("?n=-1")).status).toBe(400);
    expect((await list("?n=abc")).status).toBe(400);
    expect((await list("?last=%00")).status).toBe(400);
  });

  it("the mount and the bare function of the route file answer alike", async () => {
    const owner = bearer((await personalToken(t.users.owner)).secret);
    for (const [path, method] of [
      [manifests("1.0"), "GET"],
      [manifests("1.0"), "HEAD"],
      [manifests("none"), "GET"],
      [blobs(image.layer), "GET"],
      [blobs("sha256:short"), "GET"],
      [`/v2/${t.repository.name}/tags/list`, "GET"],
      ["/v2/", "GET"],
    ] as const) {
      const mounted = await get(path, owner, method);
      const bare = await handleOci(new Request(`http://purser.test:3000${path}`, { method, headers: owner }));
      expect(bare.status, path).toBe(mounted.status);
      expect(bare.headers.get("docker-content-digest")).toBe(mounted.headers["docker-content-digest"] ?? null);
      expect(withoutRequestId(Buffer.from(await bare.arrayBuffer()))).toBe(withoutRequestId(mounted.body));
    }
  });
});
