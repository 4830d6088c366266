import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { flushPulls } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, newRelease, personalToken, pushImage, robotToken } from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: string;

beforeAll(async () => {
  plane = await listenDataPlane();
});
beforeEach(async () => {
  t = await freshTenant();
  robot = (await robotToken(t.ctx, ["release.view", "release.recall", "member.view"])).secret;
});
afterAll(() => plane.close());

const callAs = (secret: string, [method, path]: readonly [string, string], body?: unknown) =>
  callApi(plane.port, [method, path], { secret, body });
const call = (method: string, path: string, body?: unknown) => callAs(robot, [method, path], body);
const recalls = () => `/v1/products/${t.product.slug}/recalls`;
const REASON = "It loses data.";

describe("a recall by the API", () => {
  it("of an image that somebody pulled names them, tells them once, and is lifted", async () => {
    const { digest } = await pushImage(t.ctx, t.repository, ["v1"]);
    await db().user.update({ where: { id: t.member.userId }, data: { emailVerifiedAt: new Date() } });
    const { secret } = await personalToken({ id: t.member.userId, email: t.member.email });
    const path = `/v2/${t.repository.name}/manifests/v1`;
    await rawRequest(plane.port, { path, headers: { authorization: `Bearer ${secret}` }, method: "GET" });
    await flushPulls();
    const asked = { repository: t.repository.name, digest, reason: REASON, replacement: "v2", notify: true };
    const made = await call("POST", recalls(), asked);
    expect(made.json).toMatchObject({
      ...{ changed: true, label: `${t.repository.name}@${digest}`, digest, replacement: "v2", releaseId: null },
      letters: { sent: 0, waiting: 1, failed: 0 },
    });
    expect((await call("POST", recalls(), asked)).json).toMatchObject({ changed: false, id: made.json.id });
    const recall = `/v1/recalls/${made.json.id}`;
    const { json } = await call("GET", `${recall}/fetchers?kind=member`);
    expect(json).toMatchObject({
      fetchers: [
        { label: t.member.email, memberId: t.member.id, times: 1, things: [{ what: expect.stringContaining(":v1@") }] },
      ],
      next: null,
    });
    expect((await call("POST", `${recall}/notify`)).json).toEqual({ letters: 0, again: 0 });
    expect((await call("GET", recalls())).json).toMatchObject({ recalls: [{ id: made.json.id }], next: null });
    expect((await call("POST", `${recall}/lift`, { reason: "No." })).json).toMatchObject({
      changed: true,
      liftReason: "No.",
    });
    expect((await call("GET", recall)).json).toMatchObject({ liftedAt: expect.any(String) });
    expect((await call("POST", `${recall}/notify`)).status).toBe(409);
  });

  it("of a version withdraws it", async () => {
    const { id, version } = await newRelease(t, { status: "published" });
    const { json } = await call("POST", recalls(), { version, reason: REASON });
    expect(json).toMatchObject({ releaseId: id, label: version, repositoryId: null, digest: null });
    expect(await db().release.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: "yanked" });
    const recalled = { at: expect.any(String), reason: REASON, replacement: null };
    expect((await call("GET", `/v1/releases/${id}`)).json).toMatchObject({ status: "yanked", recalled });
    const other = await newRelease(t, { status: "published" });
    const { releases } = (await call("GET", `/v1/products/${t.product.slug}/releases`)).json;
    const told = releases.map((release: { id: string; recalled: unknown }) => [release.id, release.recalled]);
    expect(Object.fromEntries(told)).toEqual({ [id]: recalled, [other.id]: null });
  });

  it("names one thing of that product, and changes nothing where it does not", async () => {
    const { digest } = await pushImage(t.ctx, t.repository);
    const { version } = await newRelease(t, { status: "published" });
    const [product, other] = [await t.addProduct(), await freshTenant()];
    await pushImage(other.ctx, other.repository);
    const repository = t.repository.name;
    const before = [await t.rows(), await other.rows()];
    for (const [body, status] of [
      [{ reason: REASON }, 422],
      [{ reason: REASON, repository }, 422],
      [{ reason: REASON, version, digest }, 422],
      [{ version }, 422],
      [{ reason: REASON, version: "9.9.9" }, 404],
      [{ reason: REASON, repository, digest: "sha256:x" }, 422],
      [{ reason: REASON, repository, digest: `sha256:${"0".repeat(64)}` }, 404],
      [{ reason: REASON, repository: other.repository.name, digest }, 404],
    ] as const) {
      expect([JSON.stringify(body), (await call("POST", recalls(), body)).status]).toEqual([
        JSON.stringify(body),
        status,
      ]);
    }
    const elsewhere = await call("POST", `/v1/products/${product.slug}/recalls`, {
      reason: REASON,
      repository,
      digest,
    });
    expect(elsewhere.status).toBe(422);
    expect([await t.rows(), await other.rows()]).toEqual(before);
  });

  it("is refused without the scope, and another workspace's is not there", async () => {
    const { version } = await newRelease(t, { status: "published" });
    const reader = (await robotToken(t.ctx, ["release.view"])).secret;
    expect((await callAs(reader, ["POST", recalls()], { version, reason: REASON })).json).toMatchObject({
      status: 403,
      reason: "release.recall",
    });
    const { json } = await call("POST", recalls(), { version, reason: REASON });
    expect((await callAs(reader, ["GET", `/v1/recalls/${json.id}/fetchers`])).json).toMatchObject({
      status: 403,
      reason: "member.view",
    });
    const other = await freshTenant();
    const foreign = (await robotToken(other.ctx, ["release.view", "release.recall", "member.view"])).secret;
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["GET", "/fetchers", undefined],
      ["POST", "/notify", undefined],
      ["POST", "/lift", { reason: "x" }],
    ] as const) {
      expect((await callAs(foreign, [method, `/v1/recalls/${json.id}${path}`], body)).status).toBe(404);
    }
  });
});
