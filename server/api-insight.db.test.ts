import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchesOf, freshTenant, personalToken, robotToken, tiedRelease } from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;

beforeAll(async () => {
  plane = await listenDataPlane();
});
afterAll(() => plane.close());

const get = (secret: string, path: string) => callApi(plane.port, ["GET", path], { secret });

const today = () => new Date().toISOString();

describe("insight by the API", () => {
  it("tells use by day, product, version and member, and who runs what", async () => {
    const t = await freshTenant();
    const robot = (await robotToken(t.ctx, ["product.view", "member.view"])).secret;
    const release = await tiedRelease(t, "1.0.0", "published");
    const of = { productId: t.product.id, memberId: t.member.id };
    await fetchesOf(t).download(today(), { ...of, releaseId: release.id });
    await fetchesOf(t).pull(today(), { ...of, tag: "edge" });

    const days = (await get(robot, "/v1/insight/usage?days=7")).json;
    expect([days.by, days.rows.length, days.next]).toEqual(["day", 7, null]);
    expect(days.rows.at(-1)).toEqual({ day: today().slice(0, 10), pulls: 1, downloads: 1 });
    const use = async (by: string) => (await get(robot, `/v1/insight/usage?by=${by}&product=${t.product.slug}`)).json;
    expect((await use("product")).rows).toMatchObject([{ product: { slug: t.product.slug }, pulls: 1, members: 1 }]);
    expect((await use("version")).rows).toMatchObject([{ version: "1.0.0", members: 1, share: 1, latest: true }]);
    expect((await use("member")).rows).toMatchObject([
      { member: { email: t.member.email }, runs: [{ version: "1.0.0", product: { slug: t.product.slug } }] },
    ]);
    const adopters = await get(robot, `/v1/products/${t.product.id}/adopters?version=^1`);
    expect(adopters.json).toMatchObject({ adopters: [{ member: { id: t.member.id }, behind: 0 }], next: null });
  });

  it("asks for both rights, for a product where versions are asked, and for words that it knows", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const robot = (await robotToken(t.ctx, ["product.view", "member.view"])).secret;
    const half = (await robotToken(t.ctx, ["product.view"])).secret;
    const customer = (await personalToken({ ...t.member, id: t.member.userId })).secret;
    const status = async (secret: string, path: string) => (await get(secret, path)).status;
    expect(await status(half, "/v1/insight/usage")).toBe(403);
    expect(await status(customer, `/v1/insight/usage?tenant=${t.tenant.slug}`)).toBe(404);
    expect((await get(robot, "/v1/insight/usage?by=version")).json.fields).toHaveProperty("product");
    expect(await status(robot, "/v1/insight/usage?days=8")).toBe(422);
    expect(await status(robot, `/v1/products/${other.product.slug}/adopters`)).toBe(404);
    expect(await status(robot, `/v1/products/${t.product.slug}/adopters?version=newest`)).toBe(422);
  });
});
