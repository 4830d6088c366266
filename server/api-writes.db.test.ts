import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { forgetAnswers } from "#lib/idempotency/index.ts";
import { createPolicy } from "#lib/policies/index.ts";
import { type Fixture, freshTenant, newUser, personalToken, robotToken } from "#lib/testing/index.ts";
import { type ApiCall, callApi } from "./api.contract.ts";
import { listenDataPlane } from "./listen-for-test.ts";

const SCOPES = [
  "product.view",
  "product.create",
  "product.update",
  "product.restrict",
  "member.view",
  "member.invite",
  "entitlement.view",
  "entitlement.grant",
  "entitlement.revoke",
] as const;

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: string;

beforeAll(async () => {
  plane = await listenDataPlane();
});
beforeEach(async () => {
  t = await freshTenant();
  robot = (await robotToken(t.ctx, [...SCOPES])).secret;
});
afterAll(() => plane.close());

const call = (method: string, path: string, { secret = robot, ...sent }: ApiCall = {}) =>
  callApi(plane.port, [method, path], { secret, ...sent });
const keyed = (key: string, body: unknown, secret?: string) => ({
  secret,
  body,
  headers: { "idempotency-key": key },
});
const product = (slug: string) => ({ slug, name: "A product" });
const productsCreated = () => db().auditEvent.count({ where: { tenantId: t.tenant.id, action: "product.created" } });

describe("a write with an Idempotency-Key", () => {
  it("is done once, and answered the same again with a header that says so", async () => {
    const first = await call("POST", "/v1/products", keyed("k-1", product("once")));
    expect([first.status, first.headers["idempotent-replayed"]]).toEqual([200, undefined]);
    const state = await t.rows();

    const second = await call("POST", "/v1/products", keyed("k-1", product("once")));

    expect([second.status, second.headers["idempotent-replayed"]]).toEqual([200, "true"]);
    expect(second.body.equals(first.body)).toBe(true);
    expect(await t.rows()).toEqual(state);
    expect(await productsCreated()).toBe(1);
    expect((await call("POST", "/v1/products", keyed("k-2", product("once")))).status).toBe(409);
  });

  it("is refused for another request under the same key, and is another's under another token", async () => {
    await call("POST", "/v1/products", keyed("k", product("first")));
    const other = await call("POST", "/v1/products", keyed("k", product("second")));
    expect([other.status, other.json.fields]).toEqual([422, { "Idempotency-Key": expect.stringContaining("another") }]);
    const elsewhere = await call("POST", "/v1/entitlements", keyed("k", product("first")));
    expect(elsewhere.status).toBe(422);
    const { secret } = await robotToken(t.ctx, [...SCOPES]);
    expect((await call("POST", "/v1/products", keyed("k", product("second"), secret))).status).toBe(200);
  });

  it("is done once of fifty sent at the same time: the others are told to wait, or the same", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => call("POST", "/v1/products", keyed("all-at-once", product("race")))),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect(answers.filter((answer) => answer.status === 200 && !answer.headers["idempotent-replayed"])).toHaveLength(1);
    for (const { status, json } of answers) if (status === 409) expect(json.reason).toBe("in_progress");
    expect(await productsCreated()).toBe(1);
  });

  it("that is a preview changes nothing: whoever may look puts nothing in force", async () => {
    const document = { products: [], patterns: ["v*"] };
    const { policyId } = await createPolicy(t.ctx, { kind: "immutability", name: "Stay", document });
    const { secret } = await personalToken(t.users.readonly, ["policy.view"]);
    const before = await t.rows();
    const path = `/v1/policies/${policyId}/preview?tenant=${t.tenant.slug}`;
    expect((await call("POST", path, keyed("looked", { number: 1 }, secret))).status).toBe(200);
    expect(await t.rows()).toEqual(before);
  });

  it("keeps no refusal: what was refused is asked anew, and its row of the log stays", async () => {
    const { secret } = await personalToken(t.users.readonly, [...SCOPES]);
    const path = `/v1/products?tenant=${t.tenant.slug}`;
    expect((await call("POST", path, keyed("refused", product("mine"), secret))).status).toBe(403);
    expect(await t.lastAudit()).toMatchObject({ action: "product.create", outcome: "denied" });
    await db().tenantMembership.updateMany({ where: { userId: t.users.readonly.id }, data: { role: "manager" } });
    expect((await call("POST", path, keyed("refused", product("mine"), secret))).status).toBe(200);
    expect((await call("POST", "/v1/products", keyed("taken", product("mine")))).status).toBe(409);
    expect(await db().idempotencyKey.count({ where: { tenantId: t.tenant.id } })).toBe(1);
  });

  it("leaves neither the deed nor an answer where it fails before its end", async () => {
    const before = await t.rows();
    // The answer's row can't be written: as if the process died between the two.
    await db().$executeRaw`ALTER TABLE idempotency_keys ADD CONSTRAINT no_more CHECK (key <> 'dies') NOT VALID`;
    try {
      expect((await call("POST", "/v1/products", keyed("dies", product("half")))).status).toBe(500);
    } finally {
      await db().$executeRaw`ALTER TABLE idempotency_keys DROP CONSTRAINT no_more`;
    }
    expect(await t.rows()).toEqual(before);
    expect((await call("POST", "/v1/products", keyed("dies", product("half")))).status).toBe(200);
  });

  it("is forgotten after a day, and refuses a key that is none", async () => {
    await call("POST", "/v1/products", keyed("old", product("old")));
    const dayAgo = new Date(Date.now() - 86_400_001);
    await db().idempotencyKey.updateMany({ where: { tenantId: t.tenant.id }, data: { createdAt: dayAgo } });
    expect((await call("POST", "/v1/products", keyed("old", product("new")))).status).toBe(200);
    await db().idempotencyKey.updateMany({ where: { tenantId: t.tenant.id }, data: { createdAt: dayAgo } });
    await forgetAnswers();
    expect(await db().idempotencyKey.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    for (const key of ["a b", "x".repeat(256)]) {
      expect((await call("POST", "/v1/products", keyed(key, product("no-key")))).status).toBe(422);
    }
  });
});

describe("a product", () => {
  it("is found by its id and its slug, and changed in what it is called", async () => {
    for (const name of [t.product.id, t.product.slug]) {
      expect((await call("GET", `/v1/products/${name}`)).json).toMatchObject({ id: t.product.id });
    }
    const path = `/v1/products/${t.product.slug}`;
    const changed = await call("PATCH", path, { body: { name: "New", visibility: "hidden" } });
    expect(changed.json).toMatchObject({ name: "New", visibility: "hidden", changed: true, kept: 0 });
    expect(await t.lastAudit()).toMatchObject({
      action: "product.updated",
      before: { name: t.product.name, visibility: "listed" },
      after: { name: "New", visibility: "hidden" },
    });
    const log = await t.auditCount();
    expect((await call("PATCH", path, { body: { name: "New" } })).json.changed).toBe(false);
    expect(await t.auditCount()).toBe(log);
  });

  it("is not restricted and renamed in one call, which need a right each", async () => {
    const before = await t.rows();
    const path = `/v1/products/${t.product.slug}`;
    const both = await call("PATCH", path, { body: { name: "New", requiresEntitlement: true } });
    expect([both.status, Object.keys(both.json.fields)]).toEqual([422, ["name"]]);
    expect((await call("PATCH", path, { body: { keepAccess: true } })).status).toBe(422);
    const { secret } = await robotToken(t.ctx, ["product.update", "product.view"]);
    const restricting = await call("PATCH", path, { secret, body: { requiresEntitlement: true } });
    expect([restricting.status, restricting.json.reason]).toEqual([403, "product.restrict"]);
    expect(await t.rows()).toMatchObject({ products: before.products });
  });

  it("is listed by its slug, page by page, and found by a part of its name", async () => {
    const slugs = [t.product.slug];
    for (const name of ["Red", "Blue", "Blue%"]) slugs.push((await t.addProduct({ name })).slug);
    const seen: string[] = [];
    for (let after = "", turn = 0; turn < 9; turn++) {
      const { json } = await call("GET", `/v1/products?limit=3${after && `&after=${after}`}`);
      seen.push(...json.products.map(({ slug }: { slug: string }) => slug));
      if (!json.next) break;
      after = json.next;
    }
    expect(seen).toEqual([...slugs].sort());
    expect((await call("GET", "/v1/products?search=blue")).json.products).toHaveLength(2);
    expect((await call("GET", "/v1/products?search=%25")).json.products).toHaveLength(1);
  });
});

describe("a member", () => {
  it("is added by an address that is theirs, once; an unknown or unproven one is not there", async () => {
    const user = await newUser({ emailVerifiedAt: new Date() });
    const added = await call("POST", "/v1/members", { body: { email: user.email.toUpperCase(), kind: "lifetime" } });
    expect(added.json).toMatchObject({ email: user.email, subscriptions: [{ kind: "lifetime" }] });
    const again = await call("POST", "/v1/members", { body: { email: user.email } });
    expect(again.json).toEqual(added.json);
    for (const { email } of [await newUser(), { email: "nobody@example.com" }]) {
      expect((await call("POST", "/v1/members", { body: { email } })).status).toBe(404);
    }
    expect((await call("GET", `/v1/members/${added.json.id}`)).json).toEqual(added.json);
    expect((await call("GET", "/v1/members/nobody")).status).toBe(404);
  });
});

describe("the ledger", () => {
  const list = async (path: string) =>
    (await call("GET", path)).json.entitlements.map(({ id }: { id: string }) => id) as string[];

  it("is listed per member and per product, newest first, by state and source, page by page", async () => {
    const { member } = t;
    const [a, b] = [await t.addProduct(), await t.addProduct()];
    const row = async (productId: string, columns: object) => {
      const base = { tenantId: t.tenant.id, memberId: member.id, source: "admin" as const, grantedBy: "system" };
      return (await db().entitlement.create({ data: { ...base, productId, ...columns } })).id;
    };
    const [past, future] = [new Date(Date.now() - 1000), new Date(Date.now() + 60_000)];
    const ids = {
      revoked: await row(a.id, { revokedAt: past }),
      active: await row(a.id, {}),
      expired: await row(b.id, { expiresAt: past }),
      scheduled: await row(b.id, { source: "stripe", sourceRef: "sub_1", startsAt: future }),
    };
    const of = `/v1/members/${member.id}/entitlements`;
    expect(await list(of)).toEqual(Object.values(ids).reverse());
    for (const [state, id] of Object.entries(ids)) expect(await list(`${of}?state=${state}`)).toEqual([id]);
    expect(await list(`${of}?source=stripe`)).toEqual([ids.scheduled]);
    expect(await list(`/v1/products/${b.slug}/entitlements`)).toEqual([ids.scheduled, ids.expired]);
    const page = (await call("GET", `${of}?limit=3`)).json;
    expect(page.next).toBe(ids.active);
    expect(await list(`${of}?limit=3&after=${page.next}`)).toEqual([ids.revoked]);
    expect((await call("GET", `${of}?state=gone`)).status).toBe(422);
    expect((await call("GET", `${of}?unknown=1`)).json.fields).toEqual({ unknown: "is not a field here" });
    expect((await call("GET", `${of}?limit=1&limit=2`)).status).toBe(422);
    expect((await call("GET", `${of}?limit=1001`)).status).toBe(422);
  });
});
