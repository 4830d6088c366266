import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { flushDownloads } from "#lib/entitlements/index.ts";
import { env } from "#lib/env.ts";
import { suspendMember } from "#lib/tenancy/index.ts";
import { type Fixture, freshTenant, personalToken, publishAsset } from "#lib/testing/index.ts";
import { type ApiCall, callApi } from "./api.contract.ts";
import { listenDataPlane } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let secret: string;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  secret = (await personalToken({ id: t.member.userId, email: t.member.email })).secret;
});
afterAll(() => plane.close());

const ask = (path: string, call: ApiCall & { method?: string } = {}) =>
  callApi(plane.port, [call.method ?? "GET", path], { secret, ...call });

/** How often a file was counted: by its own address, and by a link. */
async function countsOf(assetId: string): Promise<[number, number]> {
  await flushDownloads();
  const of = (byLink: boolean) => db().downloadEvent.count({ where: { assetId, byLink } });
  return [await of(false), await of(true)];
}

describe("a file of a release in an object store", () => {
  it("is answered with a link whose answer is the bytes, to be saved under the file's name", async () => {
    const { id, bytes } = await publishAsset(t, { product: t.product, filename: "a page.html" });
    const answer = await ask(`/v1/downloads/${id}`);
    expect([answer.status, answer.body.length, answer.headers["cache-control"]]).toEqual([307, 0, "private, no-store"]);
    const link = new URL(String(answer.headers.location));
    expect(link.origin).toBe(env().S3_ENDPOINT);
    const followed = await fetch(link);
    expect(Buffer.from(await followed.arrayBuffer()).equals(bytes)).toBe(true);
    expect(followed.headers.get("content-type")).toBe("application/octet-stream");
    expect(followed.headers.get("content-disposition")).toBe(
      `attachment; filename="a page.html"; filename*=UTF-8''a%20page.html`,
    );
    const rest = await fetch(link, { headers: { range: "bytes=1500-" } });
    expect(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(1500))).toBe(true);
  });

  it("is counted where it begins, by a signed link too, and not where it goes on", async () => {
    const { id } = await publishAsset(t, { product: t.product });
    expect((await ask(`/v1/downloads/${id}`)).status).toBe(307);
    expect((await ask(`/v1/downloads/${id}`, { headers: { range: "bytes=0-" } })).status).toBe(307);
    expect((await ask(`/v1/downloads/${id}`, { headers: { range: "bytes=700-" } })).status).toBe(307);
    expect((await ask(`/v1/downloads/${id}`, { method: "HEAD" })).status).toBe(200);
    const { url } = (await ask(`/v1/downloads/${id}/link`, { method: "POST", body: {} })).json;
    expect((await ask(new URL(url).pathname, { secret: "" })).status).toBe(307);
    expect(await countsOf(id)).toEqual([2, 1]);
  });

  it("says with the link what the vendor says of a withdrawn version", async () => {
    const release = { yankReason: "it loses data" };
    const { id } = await publishAsset(t, { product: t.product, status: "yanked", release });
    const { status, headers } = await ask(`/v1/downloads/${id}`);
    expect([status, headers.warning]).toEqual([307, expect.stringContaining("it loses data")]);
  });

  it("is linked to for nobody who may not have it, whatever link they had of ours", async () => {
    const { id } = await publishAsset(t, { product: t.product });
    const { url } = (await ask(`/v1/downloads/${id}/link`, { method: "POST", body: {} })).json;
    await suspendMember(t.ctx, { memberId: t.member.id, reason: "did not pay" });
    for (const { status, headers } of [await ask(`/v1/downloads/${id}`), await ask(new URL(url).pathname)]) {
      expect([status, headers.location]).toEqual([403, undefined]);
    }
    expect(await countsOf(id)).toEqual([0, 0]);
  });
});
