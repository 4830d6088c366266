import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { newId } from "#lib/ids.ts";
import { freshTenant, newRelease, newUser, personalToken, publishAsset, robotToken } from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane, withoutRequestId } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;

beforeAll(async () => {
  plane = await listenDataPlane();
});
afterAll(() => plane.close());

const get = (path: string, { secret }: { secret: string }) => callApi(plane.port, ["GET", path], { secret });
const listed = async (path: string, secret: string) =>
  (await get(path, { secret })).json.downloads.map(({ id }: { id: string }) => id) as string[];

/** A member of two vendors who share so many products, each with four releases of two files and as many without one. */
async function withTwoVendors(count: number) {
  const [here, other] = [await freshTenant(), await freshTenant()];
  const [tenantId, userId] = [other.tenant.id, here.member.userId];
  const member = await db().member.create({ data: { tenantId, userId } });
  await db().subscription.create({ data: { tenantId, memberId: member.id, kind: "lifetime" } });
  for (let n = 0; n < count; n++) {
    const at = n % 3 === 0 ? other : here;
    const product = await at.addProduct({});
    for (const [turn, day] of [3, 1, 3, 2].entries()) {
      const release = { version: `1.${turn}.0`, publishedAt: new Date(Date.UTC(2026, 0, day)) };
      const { releaseId } = await publishAsset(at, { product, filename: "a", release, asset: { os: "linux" } });
      await publishAsset(at, { product, filename: "b", releaseId });
      await newRelease({ ...at, product }, { ...release, version: `2.${turn}.0`, status: "published" });
    }
  }
  return personalToken({ id: userId, email: here.member.email });
}

async function inPages(query: string, limit: number, secret: string): Promise<string[]> {
  const ids: string[] = [];
  for (let next = ""; ; ) {
    const { json } = await get(`/v1/downloads?${query}limit=${limit}${next}`, { secret });
    ids.push(...json.downloads.map(({ id }: { id: string }) => id));
    if (json.next === null || ids.length > 1000) return ids;
    next = `&after=${json.next}`;
  }
}

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

  it("is of a channel, a platform, versions, a product; of each the newest alone where that is asked", async () => {
    const here = await freshTenant();
    const { secret } = await personalToken({ id: here.member.userId, email: here.member.email });
    const add = async (
      version: string,
      columns: { channel?: string; os?: string; arch?: string; filename?: string },
    ) => {
      const { channel = "stable", filename = `a-${version}`, ...asset } = columns;
      const known = await db().release.findFirst({ where: { productId: here.product.id, version } });
      const into = known ? { releaseId: known.id } : { release: { version, channel } };
      return publishAsset(here, { product: here.product, filename, asset, ...into });
    };
    const linux = { os: "linux", arch: "amd64" };
    await add("1.9.0", linux);
    await add("1.9.0", { os: "macos", arch: "universal", filename: "mac-1.9.0" });
    await add("1.10.0", linux);
    const deb = await add("1.10.0", { ...linux, filename: "deb-1.10.0" });
    const signature = { signsId: deb.id, ...linux };
    await publishAsset(here, {
      product: here.product,
      filename: "deb.sig",
      asset: signature,
      releaseId: deb.releaseId,
    });
    await add("1.10.0", { filename: "src-1.10.0" });
    await add("2.0.0-rc.1", { ...linux, channel: "beta" });
    const yanked = { version: "3.0.0", yankReason: "wrong" };
    await publishAsset(here, { product: here.product, filename: "bad-3.0.0", status: "yanked", release: yanked });
    const names = async (query: string) => {
      const { json } = await get(`/v1/downloads?tenant=${here.tenant.slug}&${query}`, { secret });
      return json.downloads.map(({ filename }: { filename: string }) => filename).sort();
    };
    expect(await names("")).toHaveLength(7);
    expect(await names("channel=beta")).toEqual(["a-2.0.0-rc.1"]);
    expect(await names("platform=darwin-arm64")).toEqual(["mac-1.9.0", "src-1.10.0"]);
    expect(await names("platform=linux&version=<1.10")).toEqual(["a-1.9.0"]);
    expect(await names("version=^1.9.1")).toEqual(["a-1.10.0", "deb-1.10.0", "deb.sig", "src-1.10.0"]);
    expect(await names("version=>=3")).toEqual([]);
    expect(await names("version=v3.0.0")).toEqual(["bad-3.0.0"]);
    expect(await names("latest=true")).toEqual(["a-1.10.0", "a-2.0.0-rc.1", "deb-1.10.0", "mac-1.9.0", "src-1.10.0"]);
    expect(await names("latest=true&channel=stable&platform=linux-x64&version=<1.10")).toEqual(["a-1.9.0"]);
    expect(await names(`product=${here.product.slug}&limit=1`)).toHaveLength(1);
    expect(await names("product=other")).toEqual([]);
    expect(await names(`version=1.0.0-${"9".repeat(150)}`)).toEqual([]);
    const { json } = await get(`/v1/downloads?tenant=${here.tenant.slug}&version=3.0.0`, { secret });
    expect(json.downloads[0].release.withdrawn).toBe("wrong");
    for (const bad of ["platform=beos", "version=banana", "latest=1", "platform=linux&platform=macos", "chanel=beta"]) {
      expect((await get(`/v1/downloads?${bad}`, { secret })).status, bad).toBe(422);
    }
  });

  // Of few products they are read product by product, of many by the tenant.
  it.each([2, 11])("leads through the files of %i products by pages of any size, each file once", async (count) => {
    const { secret } = await withTwoVendors(count);
    const lists = { "": 8, "platform=linux-amd64&": 8, "version=1.1.x&": 2, "latest=true&": 2 };
    for (const [query, files] of Object.entries(lists)) {
      const whole = await listed(`/v1/downloads?${query}limit=1000`, secret);
      expect(new Set(whole).size, query).toBe(count * files);
      for (const limit of count === 2 ? [1, 2, 3] : [7]) expect(await inPages(query, limit, secret)).toEqual(whole);
    }
    const { json } = await get("/v1/downloads?limit=1000", { secret });
    const times = json.downloads.map(({ release }: { release: { publishedAt: string } }) => release.publishedAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it("refuses what is no `next` of that list", async () => {
    const here = await freshTenant();
    for (let turn = 0; turn < 2; turn++) await publishAsset(here, { product: here.product, asset: { os: `s${turn}` } });
    const { secret } = await personalToken({ id: here.member.userId, email: here.member.email });
    const { next } = (await get("/v1/downloads?limit=1", { secret })).json;
    const { next: latest } = (await get("/v1/downloads?limit=1&latest=true", { secret })).json;
    for (const [query, after] of [
      ["", latest],
      ["latest=true&", next],
      ["", "1.2.3"],
      ["latest=true&", "x.y"],
      ["", newId()],
    ]) {
      const { status, json } = await get(`/v1/downloads?${query}after=${after}`, { secret });
      expect([status, json.fields], `${query}${after}`).toEqual([
        422,
        { after: "is not the `next` of a page of this list" },
      ]);
    }
  });

  it("takes three statements however much there is: whose the token is, what of, and the files", async () => {
    const here = await freshTenant();
    for (let n = 0; n < 5; n++) {
      const product = await here.addProduct({ requiresEntitlement: true });
      await grantEntitlement(here.ctx, { memberId: here.member.id, productId: product.id });
      for (let turn = 0; turn < 3; turn++) await publishAsset(here, { product });
    }
    const { secret } = await personalToken({ id: here.member.userId, email: here.member.email });
    const statements = async (path: string) => {
      let count = 0;
      const add = () => count++;
      pool().on("acquire", add);
      const { json } = await get(path, { secret });
      pool().off("acquire", add);
      return [json.downloads.length, count];
    };
    // The first tells when the token was used, and from where.
    await statements("/v1/downloads?limit=1");
    expect(await statements(`/v1/downloads?tenant=${here.tenant.slug}&latest=true`)).toEqual([5, 3]);
    expect(await statements("/v1/downloads")).toEqual([15, 3]);
  });

  it("is not there for who is nobody to a vendor, in the words for a vendor who is not there", async () => {
    const [t, { secret }] = [await freshTenant(), await personalToken(await newUser())];
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
