import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { createLink, flushDownloads, grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { env, keyFor } from "#lib/env.ts";
import { asMember, type Fixture, freshTenant, newUser, personalToken, publishAsset } from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane, rawRequest, withoutRequestId } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let token: { id: string; secret: string };

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  token = await personalToken({ id: t.member.userId, email: t.member.email });
});
afterAll(() => plane.close());

const ask = (file: string, { secret = token.secret, body = {} as unknown, query = "" } = {}) =>
  callApi(plane.port, ["POST", `/v1/downloads/${file}/link${query}`], { secret, body });
const pathOf = (url: string) => new URL(url).pathname;
const open = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  rawRequest(plane.port, { method, path, headers });
async function linkTo(file: string, of: { secret?: string; body?: unknown } = {}): Promise<string> {
  const { status, json } = await ask(file, of);
  expect(status).toBe(200);
  return pathOf(json.url);
}

describe("a link", () => {
  it("opens its file without a token, as an attachment that no browser runs, in parts too, and counts", async () => {
    const here = await freshTenant();
    const { secret } = await personalToken({ id: here.member.userId, email: here.member.email });
    const bytes = Buffer.from("<svg onload=alert(1)>");
    const filename = 'a"\r\nSet-Cookie: x=1.svg';
    const file = await publishAsset(here, { product: here.product, filename, bytes });
    const { json } = await ask(file.id, { secret, body: { seconds: 60 } });
    const left = new Date(json.expiresAt).getTime() - Date.now();
    expect(left > 55_000 && left <= 60_000).toBe(true);

    const whole = await open(pathOf(json.url));

    expect([whole.status, whole.body.equals(bytes)]).toEqual([200, true]);
    expect(whole.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="a___Set-Cookie: x=1.svg"; filename*=UTF-8''a%22__Set-Cookie%3A%20x%3D1.svg`,
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "private, no-store",
    });
    expect(whole.headers["set-cookie"]).toBeUndefined();
    const part = await open(pathOf(json.url), { range: "bytes=1-3" });
    expect([part.status, part.body.toString()]).toEqual([206, "svg"]);
    expect((await open(pathOf(json.url), {}, "HEAD")).headers["content-length"]).toBe(String(bytes.length));
    expect((await open(pathOf(json.url), { "if-none-match": `"${file.digest}"` })).status).toBe(304);
    await flushDownloads();
    const events = await db().downloadEvent.findMany({ where: { tenantId: here.tenant.id } });
    expect(events).toEqual([expect.objectContaining({ assetId: file.id, memberId: here.member.id, byLink: true })]);
  });

  it("is for ten minutes at most, and for who may have the file", async () => {
    const { id } = await publishAsset(t, { product: t.product });
    for (const seconds of [0, 601, 1.5, "60", null]) {
      expect((await ask(id, { body: { seconds } })).status, String(seconds)).toBe(422);
    }
    expect((await ask(id, { query: "?tenant=other" })).status).toBe(404);
    const addOn = await t.addProduct({ requiresEntitlement: true });
    const locked = await publishAsset(t, { product: addOn });
    expect(await ask(locked.id)).toMatchObject({ status: 403, json: { reason: "not_entitled" } });
    expect(await t.lastAudit()).toMatchObject({ action: "download.denied_entitlement", subjectId: locked.id });
    const draft = await publishAsset(t, { product: t.product, status: "draft" });
    const { secret } = await personalToken(await newUser());
    for (const [file, by] of [
      [draft.id, token.secret],
      [id, secret],
    ] as const) {
      expect((await ask(file, { secret: by })).status).toBe(404);
    }
  });

  it("is dead, in the same words, when it was tampered with, is another's, or is over", async () => {
    const [one, other] = [await publishAsset(t, { product: t.product }), await publishAsset(t, { product: t.product })];
    const elsewhere = await freshTenant();
    const foreign = await publishAsset(elsewhere, { product: elsewhere.product });
    const [head = "", payload = "", signature = ""] = (await linkTo(one.id)).replace(/.*\//, "").split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const renamed = (changes: object) => `${head}.${encoded({ ...claims, ...changes })}.${signature}`;
    const signed = (changes: object, key = keyFor("download-links")) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: "HS256" }).sign(key);
    const now = Math.floor(Date.now() / 1000);
    expect((await open(`/v1/files/${await signed({})}`)).status, "the forger's own is right").toBe(200);
    const dead = [
      renamed({ file: other.id }),
      renamed({ file: foreign.id }),
      renamed({ exp: now + 86_400 }),
      `${encoded({ alg: "none" })}.${payload}.`,
      `${head}.${payload}.${signature.slice(0, -2)}AA`,
      await signed({ exp: now - 1 }),
      await signed({ exp: undefined }),
      await signed({ aud: "other" }),
      await signed({ iss: "https://elsewhere.example" }),
      await signed({ token: "not an id" }),
      await signed({}, keyFor("registry-tokens")),
      "nonsense",
    ];
    const answers = await Promise.all(dead.map((link) => open(`/v1/files/${link}`)));
    expect(answers.map(({ status }) => status)).toEqual(dead.map(() => 404));
    expect(new Set(answers.map(({ body }) => withoutRequestId(body))).size).toBe(1);
    expect(JSON.parse(answers[0]?.body.toString() ?? "")).toMatchObject({ reason: "dead_link" });
    // Who holds a link to one vendor's file has none to another's.
    expect((await open(`/v1/files/${await signed({ file: foreign.id })}`)).status).toBe(404);
    expect(claims).toMatchObject({ iss: env().PUBLIC_URL, file: one.id, token: token.id });
  });

  it("ends with the grant that it rests on, and with the token that it was asked for with", async () => {
    const product = await t.addProduct({ requiresEntitlement: true });
    const { grant } = await grantEntitlement(t.ctx, { memberId: t.member.id, productId: product.id });
    const file = await publishAsset(t, { product });
    const short = await personalToken({ id: t.member.userId, email: t.member.email });
    const [mine, short1] = [await linkTo(file.id), await linkTo(file.id, { secret: short.secret })];
    expect([(await open(mine)).status, (await open(short1)).status]).toEqual([200, 200]);

    await db().accessToken.update({ where: { id: short.id }, data: { revokedAt: new Date() } });
    expect([(await open(mine)).status, (await open(short1)).status]).toEqual([200, 404]);

    await revokeEntitlement(t.ctx, { entitlementId: grant.id });
    const refused = await open(mine);
    expect([refused.status, JSON.parse(refused.body.toString()).reason]).toEqual([403, "not_entitled"]);
  });

  it("of a page's own is as good as who is signed in, and ends with all their sessions", async () => {
    const file = await publishAsset(t, { product: t.product });
    const asker = { principal: asMember(t.member), requestId: "page" };
    const { url } = await createLink(asker, { file: file.id });
    expect((await open(pathOf(url))).body.equals(file.bytes)).toBe(true);
    await db().user.update({ where: { id: t.member.userId }, data: { sessionVersion: { increment: 1 } } });
    expect((await open(pathOf(url))).status).toBe(404);
    await expect(createLink(asker, { file: file.id })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
