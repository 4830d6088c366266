import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decide } from "#lib/access/index.ts";
import { type Fixture, freshTenant, newUser, personalToken, robotToken } from "#lib/testing/index.ts";
import { type ApiCall, callApi } from "./api.contract.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

const SCOPES = [
  "product.view",
  "product.create",
  "product.restrict",
  "member.view",
  "entitlement.view",
  "entitlement.grant",
  "entitlement.revoke",
] as const;

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let owner: string;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  owner = (await personalToken(t.users.owner, [...SCOPES])).secret;
});
afterAll(() => plane.close());

const call = (method: string, path: string, { secret = owner, ...sent }: ApiCall = {}) =>
  callApi(plane.port, [method, path], { secret, ...sent });

const here = () => `?tenant=${t.tenant.slug}`;
const grantBody = () => ({ memberId: t.member.id, productId: t.product.id });

describe("the JSON API", () => {
  it("grants, lists and revokes with the verbs of the dashboard", async () => {
    const granted = await call("POST", `/v1/entitlements${here()}`, { body: { ...grantBody(), reason: "trial" } });
    expect(granted).toMatchObject({ status: 200, json: { source: "admin", reason: "trial", changed: true } });
    expect((await call("POST", `/v1/entitlements${here()}`, { body: grantBody() })).json.changed).toBe(false);

    const listed = await call("GET", `/v1/members/${t.member.id}/entitlements${here()}`);
    expect(listed.json.entitlements).toHaveLength(1);
    expect(listed.headers["cache-control"]).toBe("private, no-store");

    const revoked = await call("DELETE", `/v1/entitlements/${granted.json.id}${here()}`, { body: { reason: "over" } });
    expect(revoked.json).toMatchObject({ changed: true, revokeReason: "over" });
  });

  it("restricts a product, and lists products and members", async () => {
    const product = await t.addProduct();
    const body = { requiresEntitlement: true, keepAccess: true };
    const { json } = await call("PATCH", `/v1/products/${product.id}${here()}`, { body });
    expect(json).toMatchObject({ requiresEntitlement: true, changed: true, kept: 1 });
    const { products } = (await call("GET", `/v1/products${here()}`)).json;
    expect(products.map((p: { id: string }) => p.id)).toContain(product.id);
    expect((await call("GET", `/v1/members${here()}&limit=1`)).json.members).toHaveLength(1);
  });

  it("refuses fields it does not know with 422 and their names, and changes nothing", async () => {
    const before = await t.rows();
    const { status, json, headers } = await call("POST", `/v1/entitlements${here()}`, {
      body: { ...grantBody(), isAdmin: true },
    });
    expect(status).toBe(422);
    expect(json).toMatchObject({
      code: "invalid",
      fields: { isAdmin: "is not a field here" },
      requestId: headers["x-request-id"],
    });
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(await t.rows()).toEqual(before);
  });

  it("refuses operators, arrays and numbers where an id belongs, and what is no JSON object", async () => {
    const before = await t.rows();
    for (const memberId of [{ not: "" }, {}, [], ["a"], 5, null, "'; DROP TABLE members; --"]) {
      const { status } = await call("POST", `/v1/entitlements${here()}`, { body: { ...grantBody(), memberId } });
      expect(status, JSON.stringify(memberId)).toBe(422);
    }
    for (const body of ["{", "[]", '"x"', "null", "[".repeat(100_000)]) {
      expect((await call("POST", `/v1/entitlements${here()}`, { body })).status, body.slice(0, 9)).toBe(400);
    }
    expect((await call("POST", `/v1/entitlements${here()}`, { body: `{"x":"${"a".repeat(300_000)}"}` })).status).toBe(
      413,
    );
    expect(await t.rows()).toEqual(before);
  });

  it("refuses a readonly of the team with 403 and the sentence of the disabled button; audited, nothing changed", async () => {
    const { secret } = await personalToken(t.users.readonly, [...SCOPES]);
    const before = await t.rows();
    const sentence = decide({ type: "user", ...t.users.readonly, role: "readonly" }, "entitlement.grant");

    const { status, json } = await call("POST", `/v1/entitlements${here()}`, { secret, body: grantBody() });

    expect([status, json.detail]).toEqual([403, sentence.allowed ? "" : sentence.reason]);
    expect(await t.rows()).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ action: "entitlement.grant", outcome: "denied" });
  });

  it("a stranger's 404 has the same bytes for a tenant that is there and one that is not", async () => {
    const { secret } = await personalToken(await newUser(), [...SCOPES]);
    const [a, b] = [
      await call("GET", `/v1/members${here()}`, { secret }),
      await call("GET", "/v1/members?tenant=nobody", { secret }),
    ];
    expect([a.status, b.status]).toEqual([404, 404]);
    expect({ ...a.json, requestId: "" }).toEqual({ ...b.json, requestId: "" });
  });

  it("a robot acts in its own tenant and in no other", async () => {
    const { secret } = await robotToken(t.ctx, ["product.view"]);
    const other = await freshTenant();
    expect((await call("GET", "/v1/products", { secret })).status).toBe(200);
    expect((await call("GET", `/v1/products?tenant=${other.tenant.slug}`, { secret })).status).toBe(404);
    expect((await call("GET", "/v1/members", { secret })).status).toBe(403);
  });

  it("refuses the character NUL wherever text is taken: 4xx, not 5xx", async () => {
    const reason = { ...grantBody(), reason: "a\u0000b" };
    expect((await call("POST", `/v1/entitlements${here()}`, { body: reason })).status).toBe(422);
    for (const name of ["a\u0000b", "half a pair \ud800"]) {
      const product = { slug: "odd", name };
      expect((await call("POST", `/v1/products${here()}`, { body: product })).status).toBe(422);
    }
    expect((await call("GET", `/v1/members${here()}&search=%00`)).status).toBe(422);
    expect((await call("GET", "/v1/members?tenant=%00")).status).toBe(422);
    const tags = `/v2/${t.repository.name}/tags/list?last=%00`;
    expect((await rawRequest(plane.port, { path: tags })).status).toBe(401);
  });

  it("takes no date that can't be told from never", async () => {
    const body = { ...grantBody(), expiresAt: "9999-12-31T23:59:59-12:00" };
    expect((await call("POST", `/v1/entitlements${here()}`, { body })).status).toBe(422);
  });

  it("a token that is limited to some products does nothing to the tenant", async () => {
    const { secret } = await personalToken(t.users.owner, [...SCOPES], [t.product.id]);
    const before = await t.rows();
    expect((await call("POST", `/v1/entitlements${here()}`, { secret, body: grantBody() })).status).toBe(403);
    expect((await call("GET", `/v1/members${here()}`, { secret })).status).toBe(403);
    expect(await t.rows()).toEqual(before);
  });

  it("is 401 without a token, with a wrong one, and 404 for another tenant's rows", async () => {
    expect((await call("GET", `/v1/products${here()}`, { secret: "nonsense" })).status).toBe(401);
    expect((await call("GET", `/v1/products${here()}`, { secret: "purser_pat_wrong" })).status).toBe(401);
    const other = await freshTenant();
    const body = { memberId: other.member.id, productId: t.product.id };
    expect((await call("POST", `/v1/entitlements${here()}`, { body })).status).toBe(404);
    expect((await call("GET", `/v1/members/${other.member.id}/entitlements${here()}`)).status).toBe(404);
    expect(
      (await call("PATCH", `/v1/products/${other.product.id}${here()}`, { body: { requiresEntitlement: true } }))
        .status,
    ).toBe(404);
    expect((await call("GET", `/v1/nothing${here()}`)).status).toBe(404);
  });
});

describe("health", () => {
  it("says live, and ready with the database", async () => {
    for (const [path, status] of [
      ["/api/health/live", "live"],
      ["/api/health/ready", "ready"],
    ] as const) {
      const answer = await rawRequest(plane.port, { path });
      expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([200, { status }]);
    }
  });
});
