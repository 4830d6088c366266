import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attachment } from "#lib/api/downloads.ts";
import { db } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { type Fixture, freshTenant, newUser, personalToken, publishAsset, robotToken } from "#lib/testing/index.ts";
import { type ApiCall, callApi } from "./api.contract.ts";
import { listenDataPlane, withoutRequestId } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let member: string;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  member = (await personalToken({ id: t.member.userId, email: t.member.email })).secret;
});
afterAll(() => plane.close());

const get = (path: string, { secret = member, ...call }: ApiCall & { method?: string } = {}) =>
  callApi(plane.port, [call.method ?? "GET", path], { secret, ...call });
const listed = async (path: string, secret = member) =>
  (await get(path, { secret })).json.downloads.map(({ id }: { id: string }) => id) as string[];

describe("a file", () => {
  it("is sent byte by byte as an attachment that no browser runs, and is nobody else's to keep", async () => {
    const file = await publishAsset(t, {
      product: t.product,
      filename: "install.html",
      bytes: Buffer.from("<script>"),
    });
    const answer = await get(`/v1/downloads/${file.id}`);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(file.bytes)).toBe(true);
    expect(answer.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": String(file.bytes.length),
      "content-disposition": `attachment; filename="install.html"; filename*=UTF-8''install.html`,
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
      "accept-ranges": "bytes",
      etag: `"${file.digest}"`,
    });
    const head = await get(`/v1/downloads/${file.id}`, { method: "HEAD" });
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([
      200,
      String(file.bytes.length),
      0,
    ]);
  });

  it("is resumed by ranges and conditions", async () => {
    const { id, bytes, digest } = await publishAsset(t, { product: t.product });
    const ask = (headers: Record<string, string>) => get(`/v1/downloads/${id}`, { headers });
    const rest = await ask({ range: "bytes=1500-", "if-range": `"${digest}"` });
    expect([rest.status, rest.headers["content-range"]]).toEqual([206, "bytes 1500-1999/2000"]);
    expect(rest.body.equals(bytes.subarray(1500))).toBe(true);
    expect((await ask({ range: "bytes=-10" })).body.equals(bytes.subarray(1990))).toBe(true);
    expect((await ask({ range: "bytes=0-9", "if-range": '"other"' })).body.length).toBe(2000);
    const none = await ask({ range: "bytes=2000-" });
    expect([none.status, none.headers["content-range"]]).toEqual([416, "bytes */2000"]);
    expect((await ask({ "if-none-match": `W/"x", "${digest}"` })).status).toBe(304);
  });

  it("is refused to who may know of it with the reason and one row of the log a minute, and is not there for others", async () => {
    const product = await t.addProduct({ requiresEntitlement: true });
    const { id, filename } = await publishAsset(t, { product, filename: "pro.zip" });
    const log = await t.auditCount();

    const denied = await get(`/v1/downloads/${id}`);

    expect([denied.status, denied.json]).toEqual([
      403,
      expect.objectContaining({ reason: "not_entitled", why: expect.stringContaining("active grants: none") }),
    ]);
    expect(await t.lastAudit()).toMatchObject({
      action: "download.denied_entitlement",
      outcome: "denied",
      reason: "not_entitled",
      subjectId: id,
      subjectLabel: expect.stringContaining(filename),
    });
    expect((await get(`/v1/downloads/${id}`, { method: "HEAD" })).status).toBe(403);
    expect(await t.auditCount()).toBe(log + 1);

    const { secret } = await personalToken(await newUser());
    const [there, nowhere] = [
      await get(`/v1/downloads/${id}`, { secret }),
      await get(`/v1/downloads/${t.product.id}`, { secret }),
    ];
    expect([there.status, nowhere.status]).toEqual([404, 404]);
    expect(withoutRequestId(there.body)).toBe(withoutRequestId(nowhere.body));
    expect(await t.auditCount()).toBe(log + 1);
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: product.id });
    expect((await get(`/v1/downloads/${id}`)).status).toBe(200);
  });

  it("is one of a published release, and of the vendor that is named", async () => {
    for (const status of ["draft", "archived", "yanked"] as const) {
      const { id } = await publishAsset(t, { product: t.product, status });
      expect((await get(`/v1/downloads/${id}`)).status, status).toBe(404);
    }
    const { id } = await publishAsset(t, { product: t.product });
    expect((await get(`/v1/downloads/${id}?tenant=${t.tenant.slug}`)).status).toBe(200);
    expect((await get(`/v1/downloads/${id}?tenant=other`)).status).toBe(404);
    expect((await get("/v1/downloads/nonsense")).status).toBe(404);
    expect((await callApi(plane.port, ["GET", `/v1/downloads/${id}`], {})).status).toBe(401);
  });

  it("warns in the days of grace until when", async () => {
    const late = await freshTenant({ subscription: { status: "past_due", pastDueSince: new Date() } });
    const { id } = await publishAsset(late, { product: late.product });
    const { secret } = await personalToken({ id: late.member.userId, email: late.member.email });
    const { status, headers } = await get(`/v1/downloads/${id}`, { secret });
    expect([status, headers.warning]).toEqual([
      200,
      expect.stringMatching(/^299 - "membership past due, access ends /),
    ]);
  });
});

describe("the list of files", () => {
  it("holds what the caller may have and nothing else, newest first and page by page", async () => {
    const here = await freshTenant();
    const [add, hidden] = [
      await here.addProduct({ requiresEntitlement: true }),
      await here.addProduct({ visibility: "hidden" }),
    ];
    const open = [
      await publishAsset(here, { product: here.product }),
      await publishAsset(here, { product: here.product }),
    ];
    const extra = await publishAsset(here, { product: add });
    const secretly = await publishAsset(here, { product: hidden });
    await publishAsset(here, { product: here.product, status: "draft" });
    const { secret } = await personalToken({ id: here.member.userId, email: here.member.email });
    const all = `/v1/downloads?tenant=${here.tenant.slug}`;
    const own = (slug: string) => `/v1/products/${slug}/downloads?tenant=${here.tenant.slug}`;
    const ids = open.map(({ id }) => id).reverse();
    expect(await listed(all, secret)).toEqual(ids);
    expect(await listed("/v1/downloads", secret)).toEqual(ids);
    expect(await listed(own(here.product.slug), secret)).toEqual(ids);
    for (const slug of [add.slug, hidden.slug, "nothing"]) {
      expect((await get(own(slug), { secret })).status, slug).toBe(404);
    }
    for (const productId of [add.id, hidden.id]) {
      await grantEntitlement(here.ctx, { memberId: here.member.id, productId });
    }
    expect(await listed(all, secret)).toEqual([secretly.id, extra.id, ...ids]);
    const page = (await get(`${all}&limit=3`, { secret })).json;
    expect(await listed(`${all}&limit=3&after=${page.next}`, secret)).toEqual([ids[1]]);
  });

  it("is not there for who is nobody to a vendor, in the words for a vendor who is not there", async () => {
    const { secret } = await personalToken(await newUser());
    const [a, b] = [
      await get(`/v1/downloads?tenant=${t.tenant.slug}`, { secret }),
      await get("/v1/downloads?tenant=nobody", { secret }),
    ];
    expect([a.status, withoutRequestId(a.body)]).toEqual([404, withoutRequestId(b.body)]);
    expect(await listed("/v1/downloads", secret)).toEqual([]);
    expect((await get(`/v1/products/${t.product.slug}/downloads`, { secret })).status).toBe(404);
  });

  it("is a robot's own vendor's without a name, and empty for a token that may not pull", async () => {
    const here = await freshTenant({ product: { requiresEntitlement: true } });
    const { id } = await publishAsset(here, { product: here.product });
    const robot = await robotToken(here.ctx, ["registry.pull"]);
    expect(await listed("/v1/downloads", robot.secret)).toEqual([id]);
    expect(await listed(`/v1/products/${here.product.slug}/downloads`, robot.secret)).toEqual([id]);
    expect((await get(`/v1/downloads/${id}`, { secret: robot.secret })).status).toBe(200);
    const viewer = await personalToken(here.users.owner, ["product.view"]);
    expect(await listed(`/v1/downloads?tenant=${here.tenant.slug}`, viewer.secret)).toEqual([]);
    const empty = await freshTenant();
    await db().product.update({ where: { id: empty.product.id }, data: { archivedAt: new Date() } });
    const { secret } = await personalToken({ id: empty.member.userId, email: empty.member.email });
    expect(await listed(`/v1/downloads?tenant=${empty.tenant.slug}`, secret)).toEqual([]);
  });
});

describe("the name of a file", () => {
  it.each([
    [
      'a"b\r\nSet-Cookie: x=1.txt',
      `attachment; filename="a_b__Set-Cookie: x=1.txt"; filename*=UTF-8''a%22b__Set-Cookie%3A%20x%3D1.txt`,
    ],
    ["../../etc/passwd", `attachment; filename=".._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`],
    ["Büro (1)'s.zip", `attachment; filename="B_ro (1)'s.zip"; filename*=UTF-8''B%C3%BCro%20%281%29%27s.zip`],
    ["\u202egnp.exe", `attachment; filename="_gnp.exe"; filename*=UTF-8''_gnp.exe`],
    ["half \ud800", `attachment; filename="half _"; filename*=UTF-8''half%20%EF%BF%BD`],
    ["", `attachment; filename="download"; filename*=UTF-8''download`],
  ])("never leaves the header: %j", (name, header) => {
    expect(attachment(name)).toBe(header);
  });
});
