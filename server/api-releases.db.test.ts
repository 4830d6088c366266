import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { env } from "#lib/env.ts";
import {
  type Fixture,
  freshTenant,
  nameSigners,
  newKeyPair,
  newRelease,
  personalToken,
  pushImage,
  robotToken,
  signImage,
} from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: string;

beforeAll(async () => {
  plane = await listenDataPlane();
});
beforeEach(async () => {
  t = await freshTenant();
  robot = (await robotToken(t.ctx, ["release.view", "release.publish", "registry.push"])).secret;
});
afterAll(() => plane.close());

const call = (method: string, path: string, body?: unknown) =>
  callApi(plane.port, [method, path], { secret: robot, body });
const releases = () => `/v1/products/${t.product.slug}/releases`;

describe("a release by the API", () => {
  it("is made, given an image and published by a robot as a CI has one", async () => {
    const made = await call("POST", releases(), { version: "v2.1.0", notes: "Faster." });
    expect(made.json).toMatchObject({ version: "2.1.0", channel: "stable", status: "draft" });
    const release = `/v1/releases/${made.json.id}`;
    const image = await pushImage(t.ctx, t.repository, ["2.1.0"]);
    const asked = { repository: t.repository.name, reference: "2.1.0" };
    const told = { repository: t.repository.name, digest: image.digest, tag: "2.1.0" };
    expect((await call("PUT", `${release}/images`, asked)).json).toEqual({ ...told, changed: true });
    const { id: repository } = await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });
    expect((await call("PUT", `${release}/images`, { ...asked, repository })).json.changed).toBe(false);
    expect((await call("POST", `${release}/publish`)).json).toMatchObject({ status: "published", changed: true });
    expect((await call("POST", `${release}/publish`)).json.changed).toBe(false);
    expect((await call("GET", release)).json).toMatchObject({ notes: "Faster.", assets: [], images: [told] });
    const frozen = await call("PATCH", release, { channel: "lts" });
    expect([frozen.status, frozen.json.code]).toEqual([409, "conflict"]);
    const held = await call("DELETE", `${release}/images?repository=${repository}&digest=${image.digest}`);
    expect(held.status).toBe(409);
    const row = { version: "2.1.0", status: "published", images: 1, assets: 0, bytes: 0 };
    expect((await call("GET", releases())).json).toMatchObject({ releases: [row], next: null });
    expect(await t.lastAudit()).toMatchObject({
      action: "release.published",
      actor: expect.stringContaining("token:"),
    });
  });

  it("is refused with what is not signed, where a policy wants it signed", async () => {
    const pair = newKeyPair();
    await nameSigners(t, { build: pair });
    const { id } = (await call("POST", releases(), { version: "2.1.0" })).json;
    const { digest } = await pushImage(t.ctx, t.repository, ["2.1.0"]);
    await call("PUT", `/v1/releases/${id}/images`, { repository: t.repository.name, reference: "2.1.0" });
    const refused = await call("POST", `/v1/releases/${id}/publish`);
    expect([refused.status, refused.json.code, refused.json.reason]).toEqual([409, "conflict", "unsigned"]);
    expect(refused.json.detail).toContain(`cosign sign --key cosign.key ${new URL(env().PUBLIC_URL).host}/`);
    expect(refused.json.detail).toContain(`${t.repository.name}@${digest}`);
    await signImage(t.ctx, { repository: t.repository, digest }, { pair, as: "bundle" });
    expect((await call("POST", `/v1/releases/${id}/publish`)).json).toMatchObject({ status: "published" });
  });

  it("is pruned with others by a rule: those of the preview, and none where it is another one by now", async () => {
    for (const n of [1, 2, 3]) await newRelease(t, { version: `1.${n}.0`, status: "published" });
    const { secret } = await robotToken(t.ctx, ["release.view", "release.prune"]);
    const post = (path: string, body: unknown) => callApi(plane.port, ["POST", releases() + path], { secret, body });
    const rule = { keepLast: 2, published: true };
    const { json: preview } = await post("/prune/preview", { rule });
    expect(preview.releases.map(({ version, goes }: { version: string; goes: boolean }) => [version, goes])).toEqual([
      ["1.3.0", false],
      ["1.2.0", false],
      ["1.1.0", true],
    ]);
    await newRelease(t, { version: "1.4.0", status: "published" });
    const { expected } = preview;
    expect((await post("/prune", { rule, expected })).json).toMatchObject({
      status: 409,
      reason: "changed_since_preview",
    });
    const again = (await post("/prune/preview", { rule })).json;
    expect((await call("POST", `${releases()}/prune`, { rule, expected: again.expected })).status).toBe(403);
    const done = await post("/prune", { rule, expected: again.expected });
    expect(done.json.versions.sort()).toEqual(["1.1.0", "1.2.0"]);
    expect(await t.lastAudit()).toMatchObject({ action: "release.pruned" });
    expect((await post("/prune/preview", { rule: {} })).status).toBe(422);
  });

  it("is refused what the token's scopes lack, and what is wrong, field by field", async () => {
    const { id } = await newRelease(t, { status: "published" });
    const before = await t.rows();
    for (const [path, capability] of [
      [`/v1/releases/${id}/archive`, "release.archive"],
      [`/v1/releases/${id}/restore`, "release.restore"],
    ] as const) {
      expect((await call("POST", path)).json).toMatchObject({ status: 403, reason: capability });
    }
    const deleting = await call("DELETE", `/v1/releases/${id}?version=1.0.0`);
    expect(deleting.json).toMatchObject({ status: 403, reason: "release.forceDelete" });
    const wrong = [
      {},
      { version: "1" },
      { version: "1.0.0", chanel: "x" },
      { version: { not: "" } },
      { version: "1.0.0\u0000" },
    ];
    for (const body of wrong) expect((await call("POST", releases(), body)).status).toBe(422);
    expect((await call("GET", `${releases()}?after=newest`)).status).toBe(422);
    expect((await call("GET", "/v1/releases/2.1.0")).status).toBe(404);
    expect(await t.rows()).toEqual(before);
  });

  it("is another tenant's for nobody else, by id, product, repository or tenant", async () => {
    const other = await freshTenant();
    const { id } = await newRelease(other, { status: "published" });
    await pushImage(other.ctx, other.repository);
    const own = (await newRelease(t)).id;
    const before = [await other.rows(), await t.rows()];
    const foreign = { repository: other.repository.name, reference: "latest" };
    const answers = [
      await call("GET", `/v1/releases/${id}`),
      await call("PATCH", `/v1/releases/${id}`, { notes: "mine" }),
      await call("POST", `/v1/releases/${id}/publish`),
      await call("GET", `/v1/products/${other.product.id}/releases`),
      await call("POST", `/v1/products/${other.product.id}/releases`, { version: "1.0.0" }),
      await call("PUT", `/v1/releases/${own}/images`, foreign),
      await call("PUT", `/v1/releases/${own}/images`, { ...foreign, repository: "no/such" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(answers.length).fill(404));
    const { secret } = await personalToken({ id: t.users.owner.id, email: t.users.owner.email }, ["release.view"]);
    const asked = ["GET", `/v1/releases/${id}?tenant=${other.tenant.slug}`] as const;
    expect((await callApi(plane.port, asked, { secret })).status).toBe(404);
    expect([await other.rows(), await t.rows()]).toEqual(before);
  });

  it("is made once under an Idempotency-Key, and answered the same again", async () => {
    const sent = { secret: robot, body: { version: "1.0.0" }, headers: { "idempotency-key": "one-build" } };
    const make = () => callApi(plane.port, ["POST", releases()], sent);
    const [first, again] = [await make(), await make()];
    expect([again.status, again.json]).toEqual([200, first.json]);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    const other = await call("POST", releases(), { version: "1.0.0" });
    expect([other.status, other.json.reason]).toEqual([409, "version_taken"]);
  });

  it("is deleted by an owner's token that names its version", async () => {
    const { id, version } = await newRelease(t, { status: "published" });
    const { secret } = await personalToken(t.users.owner, ["release.forceDelete"]);
    const ask = (query: string) =>
      callApi(plane.port, ["DELETE", `/v1/releases/${id}?tenant=${t.tenant.slug}${query}`], { secret });
    expect((await ask("")).json.fields).toHaveProperty("version");
    expect((await ask("&version=1.0.0")).json.fields).toEqual({ version: `must be ${version}` });
    expect((await ask(`&version=${encodeURIComponent(version)}`)).json).toEqual({ version, assets: 0 });
    expect((await ask(`&version=${version}`)).status).toBe(404);
  });
});
