import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attachment } from "#lib/api/downloads.ts";
import { db } from "#lib/db/index.ts";
import { flushDownloads, grantEntitlement } from "#lib/entitlements/index.ts";
import { type Fixture, freshTenant, newUser, personalToken, publishAsset } from "#lib/testing/index.ts";
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
    const { secret: reader } = await personalToken(t.users.readonly, ["registry.pull", "release.view"]);
    const { secret: puller } = await personalToken(t.users.owner, ["registry.pull"]);
    for (const status of ["draft", "archived"] as const) {
      const { id } = await publishAsset(t, { product: t.product, status });
      const statuses = [member, reader, puller].map(async (secret) => {
        return (await get(`/v1/downloads/${id}`, { secret })).status;
      });
      expect(await Promise.all(statuses), `${status}: the team's alone, with a token for that`).toEqual([
        404, 200, 404,
      ]);
    }
    const { id } = await publishAsset(t, { product: t.product });
    for (const named of [t.tenant.slug, ""]) {
      expect((await get(`/v1/downloads/${id}?tenant=${named}`)).status, named).toBe(200);
    }
    expect((await get(`/v1/downloads/${id}?tenant=other`)).status).toBe(404);
    expect((await get("/v1/downloads/nonsense")).status).toBe(404);
    expect((await callApi(plane.port, ["GET", `/v1/downloads/${id}`], {})).status).toBe(401);
  });

  it("of a withdrawn release is there with a warning that says why, in a header that nothing breaks out of", async () => {
    const release = { version: "9.0.0", yankReason: 'corrupts "data"\r\nSet-Cookie: x=1 — see notes' };
    const { id } = await publishAsset(t, { product: t.product, status: "yanked", release });
    const { status, headers } = await get(`/v1/downloads/${id}`);
    expect([status, headers.warning, headers["set-cookie"]]).toEqual([
      200,
      `299 - "9.0.0 was withdrawn: corrupts 'data' Set-Cookie: x=1 ? see notes"`,
      undefined,
    ]);
  });

  it("is also there under its name, and under no other", async () => {
    const { id, bytes } = await publishAsset(t, { product: t.product, filename: "Büro 1.0 (x64).exe" });
    expect((await get(`/v1/downloads/${id}/${encodeURIComponent("Büro 1.0 (x64).exe")}`)).body.equals(bytes)).toBe(
      true,
    );
    for (const name of ["other.exe", "%", "%2e%2e", "B%C3%BCro"]) {
      expect((await get(`/v1/downloads/${id}/${name}`)).status, name).toBe(404);
    }
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

describe("a download", () => {
  it("is counted where it begins: once, whoever resumes it, and never for HEAD, what is kept already or refused", async () => {
    const here = await freshTenant();
    const { secret } = await personalToken({ id: here.member.userId, email: here.member.email });
    const { id, digest, releaseId } = await publishAsset(here, { product: here.product });
    const ask = (headers: Record<string, string>, method = "GET") =>
      get(`/v1/downloads/${id}`, { secret, headers, method });
    await ask({});
    await ask({ range: "bytes=0-99" });
    for (const range of ["bytes=100-", "bytes=-1", "bytes=9999-"]) await ask({ range });
    await ask({ "if-none-match": `"${digest}"` });
    await ask({}, "HEAD");
    await get(`/v1/downloads/${id}`, { secret: (await personalToken(await newUser())).secret });

    await flushDownloads();

    const events = await db().downloadEvent.findMany({ where: { tenantId: here.tenant.id } });
    const one = { assetId: id, releaseId, productId: here.product.id, memberId: here.member.id, byLink: false };
    expect(events).toEqual([expect.objectContaining(one), expect.objectContaining(one)]);
    expect(events[0]?.actor).toMatch(/^token:/);
    const days = await db().downloadDay.findMany({ where: { tenantId: here.tenant.id } });
    expect(days).toEqual([expect.objectContaining({ assetId: id, releaseId, downloads: 2 })]);
  });

  it("that broke off goes on where it stopped, byte by byte the same", async () => {
    const bytes = randomBytes(3_000_000);
    const { id, digest } = await publishAsset(t, { product: t.product, bytes });
    let got = Buffer.alloc(0);
    for (let tries = 0; got.length < bytes.length; tries++) {
      expect(tries).toBeLessThan(20);
      const headers = { range: `bytes=${got.length}-`, "if-range": `"${digest}"` };
      got = Buffer.concat([got, await brokenOff(`/v1/downloads/${id}`, { headers, after: 400_000 })]);
    }
    expect(got.equals(bytes)).toBe(true);
  });
});

/** What arrives of an answer whose connection breaks after so many bytes. */
function brokenOff(path: string, { headers, after }: { headers: Record<string, string>; after: number }) {
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const all = { ...headers, authorization: `Bearer ${member}` };
    const sent = httpRequest({ host: "127.0.0.1", port: plane.port, path, headers: all, agent: false }, (answer) => {
      const length = () => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (length() > after) answer.destroy();
      });
      answer.on("close", () => resolve(Buffer.concat(chunks)));
      // Broken off is what it is meant to be.
      answer.on("error", () => undefined);
    });
    sent.on("error", reject);
    sent.end();
  });
}

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
