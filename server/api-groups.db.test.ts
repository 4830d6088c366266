import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Capability } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { createGroup, giveToGroup } from "#lib/entitlements/index.ts";
import { type Fixture, freshTenant, personalToken, publishAsset, robotToken } from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane } from "./listen-for-test.ts";

const SCOPES: Capability[] = ["group.view", "group.manage", "entitlement.view", "entitlement.grant"];
const ALL: Capability[] = [...SCOPES, "entitlement.revoke", "member.view", "member.suspend"];

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: string;

beforeAll(async () => {
  plane = await listenDataPlane();
});
beforeEach(async () => {
  t = await freshTenant({ product: { requiresEntitlement: true } });
  robot = (await robotToken(t.ctx, ALL)).secret;
});
afterAll(() => plane.close());

const call = (method: string, path: string, body?: unknown) =>
  callApi(plane.port, [method, path], { secret: robot, body });
const by = (secret: string, [method, path]: readonly [string, string], body: unknown = {}) =>
  callApi(plane.port, [method, path], { secret, body });
const access = async (member = t.member.id) =>
  (await call("GET", `/v1/access?member=${member}&product=${t.product.slug}`)).json;
const groupPath = async () => `/v1/groups/${(await call("POST", "/v1/groups", { name: "Partners" })).json.id}`;

describe("a group by the API", () => {
  it("is made, given a product and members, and opens the product until they leave", async () => {
    const group = await groupPath();
    expect((await call("PUT", `${group}/products/${t.product.slug}`)).json).toEqual({
      changed: true,
      granted: 0,
      revoked: 0,
    });
    const asked = { memberIds: [t.member.id.toUpperCase()], emails: ["Nobody@example.com"] };
    const joined = await call("POST", `${group}/members`, asked);
    expect(joined.json).toMatchObject({ added: 1, already: 0, granted: 1, unknown: ["nobody@example.com"] });
    expect(await access()).toMatchObject({ allowed: true });
    expect((await call("GET", group)).json).toMatchObject({ members: 1, products: [{ slug: t.product.slug }] });
    expect((await call("GET", `${group}/members`)).json.members).toMatchObject([{ email: t.member.email }]);

    const left = await call("DELETE", `${group}/members/${t.member.id}`);
    expect(left.json).toEqual({ changed: true, granted: 0, revoked: 1 });
    expect((await call("DELETE", `${group}/members/${t.member.id}`)).json.changed).toBe(false);
    expect(await access()).toMatchObject({ allowed: false, reason: "not_entitled" });
  });

  it("keeps the words that a change leaves out, and refuses what is taken, empty or unknown", async () => {
    const group = await groupPath();
    await call("PATCH", group, { description: "by contract" });
    expect((await call("PATCH", group, { name: "Resellers" })).json).toMatchObject({
      name: "Resellers",
      description: "by contract",
      changed: true,
    });
    expect((await call("PATCH", group, {})).json.changed).toBe(false);
    expect((await call("POST", "/v1/groups", { name: "Resellers" })).status).toBe(409);
    const wrong = [{ name: "" }, { name: "n\u0000l" }, { name: "x", id: 1 }, { name: { not: "" } }];
    for (const body of wrong) expect((await call("POST", "/v1/groups", body)).status).toBe(422);
    expect((await call("GET", "/v1/groups/not-an-id")).status).toBe(404);
    expect((await call("GET", `/v1/groups/${t.member.id}/members`)).status).toBe(404);
  });

  it("is done once under an Idempotency-Key, also where the second answer would be another", async () => {
    const group = await groupPath();
    await call("PUT", `${group}/products/${t.product.slug}`);
    await call("POST", `${group}/members`, { memberIds: [t.member.id] });
    const keyed = { secret: robot, headers: { "idempotency-key": "delete-once" }, body: {} };
    const first = await callApi(plane.port, ["DELETE", group], keyed);
    const again = await callApi(plane.port, ["DELETE", group], keyed);
    expect([first.status, first.json]).toEqual([200, { changed: true, granted: 0, revoked: 1 }]);
    expect([again.status, again.json, again.headers["idempotent-replayed"]]).toEqual([200, first.json, "true"]);
    expect((await call("DELETE", group)).status).toBe(404);
  });

  it("moves no access for who may manage groups alone, and leaves the refusal in the log", async () => {
    const { id } = await createGroup(t.ctx, { name: "Gives" });
    await giveToGroup(t.ctx, { groupId: id, productId: t.product.id });
    const { secret } = await robotToken(t.ctx, ["group.view", "group.manage"]);
    const before = await t.rows();
    const body = { memberIds: [t.member.id] };
    const keyed = { secret, headers: { "idempotency-key": "k" }, body };
    const refused = await callApi(plane.port, ["POST", `/v1/groups/${id}/members`], keyed);
    expect([refused.status, refused.json.reason]).toEqual([403, "entitlement.grant"]);
    expect(await t.lastAudit()).toMatchObject({ action: "entitlement.grant", outcome: "denied" });
    expect((await by(secret, ["PUT", `/v1/groups/${id}/products/${t.product.slug}`])).status).toBe(403);
    expect((await by(secret, ["DELETE", `/v1/groups/${id}`])).json.reason).toBe("entitlement.revoke");
    expect(await t.rows()).toEqual(before);
  });

  it("of another tenant is not there, for whoever asks", async () => {
    const other = await freshTenant();
    const { id } = await createGroup(other.ctx, { name: "Theirs" });
    await giveToGroup(other.ctx, { groupId: id, productId: other.product.id });
    const before = await other.rows();
    const { secret } = await personalToken(t.users.owner, ALL);
    const paths = [`/v1/groups/${id}`, `/v1/groups/${id}?tenant=${t.tenant.slug}`];
    for (const path of paths)
      for (const token of [robot, secret]) {
        expect((await by(token, ["DELETE", path])).status).toBe(404);
      }
    expect((await by(secret, ["DELETE", `/v1/groups/${id}?tenant=${other.tenant.slug}`])).status).toBe(404);
    expect(await other.rows()).toEqual(before);
  });
});

describe("a suspension by the API", () => {
  it("holds for the next request of the member, and its end gives back what they had", async () => {
    const file = await publishAsset(t, { product: t.product });
    await call("POST", "/v1/entitlements", { memberId: t.member.id, productId: t.product.id });
    const user = await db().user.findUniqueOrThrow({ where: { id: t.member.userId } });
    const { secret } = await personalToken(user, ["registry.pull"]);
    const download = async () => (await callApi(plane.port, ["GET", `/v1/downloads/${file.id}`], { secret })).status;
    expect(await download()).toBe(200);

    const path = `/v1/members/${t.member.id}/suspension`;
    const suspended = await call("PUT", path, { reason: "the invoice of March" });
    expect(suspended.json).toMatchObject({ changed: true, suspendedAt: expect.any(String) });
    await expect.poll(download, { timeout: 5000 }).toBe(403);
    expect(await access()).toMatchObject({ allowed: false, reason: "member_suspended" });
    expect((await call("PUT", path, { reason: "again" })).json.changed).toBe(false);

    expect((await call("DELETE", path)).json).toMatchObject({ changed: true, suspendedAt: null });
    await expect.poll(download, { timeout: 5000 }).toBe(200);
  });

  it("says why, and is nobody's to give who lacks the right", async () => {
    const path = `/v1/members/${t.member.id}/suspension`;
    expect((await call("PUT", path, {})).json.fields).toEqual({ reason: "is missing" });
    const { secret } = await robotToken(t.ctx, ["member.view", "entitlement.revoke"]);
    expect((await by(secret, ["PUT", path], { reason: "no" })).json.reason).toBe("member.suspend");
  });
});

describe("the list of members", () => {
  it("goes on to the last of a thousand, each once", async () => {
    await db().$executeRaw`
      WITH made AS (INSERT INTO users (id, email) SELECT uuidv7(), 'm' || n || '@' || ${t.tenant.slug} || '.example.com'
        FROM generate_series(1, 1000) n RETURNING id)
      INSERT INTO members (id, tenant_id, user_id) SELECT uuidv7(), ${t.tenant.id}::uuid, id FROM made`;
    const seen: string[] = [];
    for (let after = "", pages = 0; pages < 20; pages++) {
      const { json } = await call("GET", `/v1/members?limit=200${after && `&after=${after}`}`);
      seen.push(...json.members.map(({ id }: { id: string }) => id));
      if (json.next === null) break;
      after = json.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([1001, 1001]);
  });
});
