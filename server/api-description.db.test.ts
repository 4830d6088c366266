import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL_CAPABILITIES } from "#lib/access/index.ts";
import { API_ENDPOINTS } from "#lib/api/index.ts";
import { listSnapshots, snapshotRun } from "#lib/compliance/index.ts";
import { db } from "#lib/db/index.ts";
import { createGroup, grantEntitlement } from "#lib/entitlements/index.ts";
import { recallRelease } from "#lib/recalls/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import {
  type Fixture,
  freshTenant,
  mapForTest,
  newRelease,
  newUser,
  publishAsset,
  pushImage,
  robotToken,
} from "#lib/testing/index.ts";
import { answered, callApi } from "./api.contract.ts";
import { askBackups } from "./api-backups.contract.ts";
import { askDirectory } from "./api-directory.contract.ts";
import { askPolicies } from "./api-policies.contract.ts";
import { askUpstreams } from "./api-upstreams.contract.ts";
import { listenDataPlane } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: { secret: string; id: string };

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant({ product: { requiresEntitlement: true } });
  robot = await robotToken(t.ctx, [...ALL_CAPABILITIES]);
});
afterAll(() => plane.close());

const get = (path: string) => callApi(plane.port, ["GET", path], { secret: robot.secret });

async function aSnapshot(ctx: Fixture["ctx"]): Promise<string> {
  await performRuns({ signal: AbortSignal.timeout(60_000), runs: [snapshotRun] });
  return (await listSnapshots(ctx)).snapshots[0]?.id ?? "";
}

describe("the description", () => {
  it("is an OpenAPI 3.1 document for everybody, with every call that there is", async () => {
    const { status, json, headers } = await callApi(plane.port, ["GET", "/v1/openapi.json"], {});
    expect([status, json.openapi, headers["content-type"]]).toEqual([200, "3.1.1", "application/json"]);
    const described = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, "<$1>")}`),
    );
    expect(described.sort()).toEqual([...API_ENDPOINTS].sort());
    const ids = Object.values(json.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
      (methods) => Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(API_ENDPOINTS.length);
    expect(json.components.schemas.Access.properties.trace).toBeDefined();
    expect(json.components.securitySchemes.token.scheme).toBe("bearer");
  });

  it("says what each call takes: parameters of the path and the query, the body, and what comes back", async () => {
    const { json } = await callApi(plane.port, ["GET", "/v1/openapi.json"], {});
    const grant = json.paths["/v1/entitlements"].post;
    expect(Object.keys(grant.requestBody.content["application/json"].schema.properties)).toContain("memberId");
    const names = grant.parameters.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["tenant", "Idempotency-Key"]);
    const list = json.paths["/v1/members/{member}/entitlements"].get;
    expect(list.parameters.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["member", "tenant", "state", "after", "limit"]),
    );
    expect(Object.keys(list.responses)).toEqual(expect.arrayContaining(["200", "401", "403", "404", "422", "429"]));
  });

  it("is kept by the answer of every call: each is asked here once, and held against it", async () => {
    const { member, product } = t;
    const { grant } = await grantEntitlement(t.ctx, { memberId: member.id, productId: product.id });
    const file = await publishAsset(t, { product });
    const user = await newUser({ emailVerifiedAt: new Date() });
    const post = (method: string, path: string, body?: unknown) =>
      callApi(plane.port, [method, path], { secret: robot.secret, body });
    const other = await t.addProduct();
    const price = `/v1/prices/${await mapForTest(t, other)}`;
    const group = `/v1/groups/${(await createGroup(t.ctx, { name: "Asked" })).id}`;
    const put = (path: string, body?: unknown) => post("PUT", path, body);
    const releases = `/v1/products/${product.slug}/releases`;
    const { id: releaseId, version } = await newRelease(t);
    const release = `/v1/releases/${releaseId}`;
    const recalled = await newRelease(t, { status: "published" });
    const made = await recallRelease(t.ctx, { releaseId: recalled.id, reason: "asked once" });
    const [recalls, recall] = [`/v1/products/${product.slug}/recalls`, `/v1/recalls/${made.recall.id}`];
    const { digest } = await pushImage(t.ctx, t.repository);
    const image = { repository: t.repository.name, reference: "latest" };
    const answers = [
      await get("/v1/prices"),
      await put(price, { membership: false, productIds: [other.id] }),
      await put(`${price}/products/${other.slug}`),
      await post("PATCH", `/v1/products/${other.slug}`, { requiresEntitlement: true }),
      await post("DELETE", `${price}/products/${other.slug}`, {}),
      await post("DELETE", `/v1/prices/${await mapForTest(t, await t.addProduct())}`, {}),
      await get("/v1/openapi.json"),
      await post("POST", releases, { version: "v3.0.0", notes: "New." }),
      await put(`${release}/images`, image),
      await get(releases),
      await post("POST", `${releases}/prune/preview`, { rule: { keepLast: 100 } }),
      await post("POST", `${releases}/prune`, { rule: { keepLast: 100 }, expected: [] }),
      await get(release),
      await post("PATCH", release, { notes: "Mended." }),
      await post("DELETE", `${release}/images?repository=${t.repository.name}&digest=${digest}`, {}),
      await post("POST", `${release}/publish`, {}),
      await post("POST", `${release}/yank`, { reason: "asked once" }),
      await post("POST", `${release}/archive`, {}),
      await post("POST", `${release}/restore`, {}),
      await get(recalls),
      await post("POST", recalls, { version: recalled.version, reason: "asked once" }),
      await get(recall),
      await get(`${recall}/fetchers`),
      await post("POST", `${recall}/notify`, {}),
      await post("POST", `${recall}/lift`, { reason: "asked once" }),
      await post("DELETE", `${release}?version=${version}`, {}),
      await get("/v1/products"),
      await post("POST", "/v1/products", { slug: "new", name: "New" }),
      await get(`/v1/products/${product.slug}`),
      await post("PATCH", `/v1/products/${product.slug}`, { description: "Changed" }),
      await get(`/v1/products/${product.slug}/entitlements`),
      await get(`/v1/products/${product.slug}/downloads`),
      await get("/v1/members"),
      await post("POST", "/v1/members", { email: user.email }),
      await get(`/v1/members/${member.id}`),
      await get(`/v1/members/${member.id}/entitlements`),
      await put(`/v1/members/${member.id}/suspension`, { reason: "asked once" }),
      await post("DELETE", `/v1/members/${member.id}/suspension`, {}),
      await get("/v1/groups"),
      await post("POST", "/v1/groups", { name: "Partners" }),
      await get(group),
      await post("PATCH", group, { description: "asked once" }),
      await put(`${group}/products/${product.slug}`),
      await post("POST", `${group}/members`, { emails: [member.email, "nobody@example.com"] }),
      await get(`${group}/members`),
      await post("DELETE", `${group}/members/${member.id}`, {}),
      await post("DELETE", `${group}/products/${product.slug}`, {}),
      await post("DELETE", group, {}),
      await post("POST", "/v1/entitlements", { memberId: member.id, productId: product.id }),
      await get(`/v1/access?member=${encodeURIComponent(member.email)}&product=${product.slug}`),
      await post("DELETE", `/v1/entitlements/${grant.id}`, {}),
      await get("/v1/downloads"),
      await post("POST", `/v1/downloads/${file.id}/link`, { seconds: 60 }),
      await get(`/v1/products/${product.slug}/updates?current=1.0.0`),
      await get("/v1/insight/usage"),
      ...(await askUpstreams(t, post)),
      ...(await askDirectory(t, post)),
      ...(await askBackups(t, post)),
      ...(await askPolicies(post)),
      await get("/v1/providers"),
      await post("POST", "/v1/providers/store/check", {}),
      await post("POST", "/v1/providers/store/sync", {}),
      await get("/v1/runs"),
      await get(`/v1/runs/${(await get("/v1/runs")).json.runs[0].id}`),
      await post("POST", "/v1/snapshots", {}),
      await get("/v1/snapshots"),
      await get(`/v1/snapshots/${await aSnapshot(t.ctx)}`),
      await get(`/v1/products/${product.slug}/adopters?fetched=never`),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(answers.length).fill(200));
    const bytes = await get(`/v1/downloads/${file.id}`);
    expect(bytes.body.equals(file.bytes)).toBe(true);
    const asked = [...answered].map((call) => call.replace(/\{(\w+)\}/g, "<$1>"));
    expect(API_ENDPOINTS.filter((call) => !asked.includes(call))).toEqual([
      // Bytes, redirects, feeds and what tus answers: server/asset-uploads, tus, downloads, download-links and updates ask for them.
      "PUT /v1/products/<product>/releases/<version>/files/<filename>",
      "POST /v1/uploads",
      "HEAD /v1/uploads/<upload>",
      "PATCH /v1/uploads/<upload>",
      "DELETE /v1/uploads/<upload>",
      "GET /v1/downloads/<file>",
      "GET /v1/downloads/<file>/<filename>",
      "GET /v1/files/<link>",
      "GET /v1/products/<product>/latest/<platform>",
      "GET /v1/products/<product>/latest/<platform>/<filename>",
      "GET /v1/products/<product>/appcast.xml",
      "GET /v1/products/<product>/<feed>.yml",
    ]);
    // A hundred calls, one after the other.
  }, 120_000);
});

describe("the question of access", () => {
  it("is answered with the registry's decision, and every rule with its fact", async () => {
    const fresh = await freshTenant({ product: { requiresEntitlement: true } });
    const { secret } = await robotToken(fresh.ctx, ["entitlement.view"]);
    const ask = (member: string, product = fresh.product.slug) =>
      callApi(plane.port, ["GET", `/v1/access?member=${member}&product=${product}`], { secret });
    const denied = await ask(fresh.member.id);
    expect(denied.json).toMatchObject({ allowed: false, reason: "not_entitled", rule: "entitlement", visible: true });
    expect(denied.json.trace.map(({ rule }: { rule: string }) => rule)).toEqual(
      "unknown token_scope team member team_only suspended standing entitlement".split(" "),
    );
    await grantEntitlement(fresh.ctx, { memberId: fresh.member.id, productId: fresh.product.id });
    expect((await ask(fresh.member.email, fresh.product.id)).json).toMatchObject({ allowed: true, reason: null });
    await db().member.update({ where: { id: fresh.member.id }, data: { suspendedAt: new Date() } });
    expect((await ask(fresh.member.id)).json).toMatchObject({ allowed: false, reason: "member_suspended" });
    expect((await ask("nobody@example.com")).status).toBe(404);
    expect((await ask(fresh.member.id, "nothing")).status).toBe(404);
    expect((await ask(t.member.id)).status).toBe(404);
  });
});

describe("the limit", () => {
  it("is told with every answer, and ends in 429 with the seconds to wait", async () => {
    const { secret, id } = await robotToken(t.ctx, ["product.view"]);
    const ask = () => callApi(plane.port, ["GET", "/v1/products"], { secret });
    const first = await ask();
    expect(first.headers["ratelimit-policy"]).toBe('"token";q=1200;w=60');
    expect(first.headers.ratelimit).toMatch(/^"token";r=1199;t=\d+$/);
    await db().rateLimit.update({ where: { key: `api:${id}` }, data: { points: 1200 } });
    const over = await ask();
    expect([over.status, over.json.code]).toEqual([429, "limit_exceeded"]);
    expect(Number(over.headers["retry-after"])).toBeGreaterThan(0);
    expect(over.headers.ratelimit).toMatch(/;r=0;/);
    expect((await get("/v1/products")).status, "another token's is its own").toBe(200);
  });

  it("is not what a method is refused for that a path does not have", async () => {
    const { status, headers, json } = await callApi(plane.port, ["PUT", "/v1/members"], { secret: robot.secret });
    expect([status, headers.allow, json.status]).toEqual([405, "GET, POST", 405]);
  });
});

describe("the list of prices", () => {
  it("goes on page by page to its end, and begins anew for no cursor that is none of its own", async () => {
    const fresh = await freshTenant();
    const { secret } = await robotToken(fresh.ctx, ["billing.view"]);
    const ask = (query: string) => callApi(plane.port, ["GET", `/v1/prices?limit=2${query}`], { secret });
    const made: string[] = [];
    for (let n = 0; n < 3; n++) made.push(await mapForTest(fresh, await fresh.addProduct()));
    const first = (await ask("")).json;
    const rest = (await ask(`&after=${first.next}`)).json;
    const seen = [...first.prices, ...rest.prices].map(({ priceId }: { priceId: string }) => priceId);
    expect([seen.sort(), rest.next]).toEqual([made.sort(), null]);
    const gone = await ask("&after=price_gone");
    expect([gone.status, Object.keys(gone.json.fields)]).toEqual([422, ["after"]]);
  });
});
