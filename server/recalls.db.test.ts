import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { liftRecall, recallImage, recallRelease } from "#lib/recalls/index.ts";
import { forceDeleteRelease } from "#lib/releases/index.ts";
import { type Fixture, freshTenant, personalToken, publishAsset, pushImage, pushIndex } from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
beforeAll(async () => {
  plane = await listenDataPlane();
});
afterAll(() => plane.close());

async function memberOf(t: Fixture) {
  const { secret } = await personalToken({ id: t.member.userId, email: t.member.email });
  return (reference: string, method = "GET", headers: Record<string, string> = {}) =>
    rawRequest(plane.port, {
      path: `/v2/${t.repository.name}/manifests/${reference}`,
      headers: { authorization: `Bearer ${secret}`, ...headers },
      method,
    });
}

const repositoryOf = async (t: Fixture) =>
  (await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } })).id;

describe("a recalled image", () => {
  it("is pulled with a warning, by tag, by digest and by a platform's digest, and any other without", async () => {
    const t = await freshTenant();
    const index = await pushIndex(t.ctx, t.repository, "v1");
    await pushImage(t.ctx, t.repository, ["v2"]);
    const get = await memberOf(t);
    expect((await get("v1")).headers.warning).toBeUndefined();
    const asked = { reason: 'It "loses"\ndata — always', replacement: "v2" };
    await recallImage(t.ctx, { repositoryId: await repositoryOf(t), digest: index.digest, ...asked });
    const warning = (digest: string) =>
      `299 - "${digest.slice(0, 19)} is recalled: It 'loses' data ? always. Move to v2."`;
    for (const reference of ["v1", index.digest]) {
      await expect.poll(async () => (await get(reference)).headers.warning).toBe(warning(index.digest));
      const { status, headers } = await get(reference, "HEAD");
      expect([status, headers.warning]).toEqual([200, warning(index.digest)]);
    }
    const [child = ""] = index.children;
    expect((await get(child)).headers.warning).toBe(warning(child));
    expect((await get("v2")).headers.warning).toBeUndefined();
    const kept = await get("v1", "GET", { "if-none-match": `"${index.digest}"` });
    expect([kept.status, kept.headers.warning]).toEqual([304, warning(index.digest)]);
  });

  it("is warned of within a second, and no longer once the recall is lifted", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository, ["v1"]);
    const get = await memberOf(t);
    const warned = async () => (await get("v1")).headers.warning !== undefined;
    for (let n = 0; n < 3; n++) expect(await warned()).toBe(false);
    const { recall } = await recallImage(t.ctx, { repositoryId: await repositoryOf(t), digest, reason: "x" });
    await expect.poll(warned, { timeout: 1000, interval: 20 }).toBe(true);
    await liftRecall(t.ctx, { recallId: recall.id, reason: "y" });
    await expect.poll(warned, { timeout: 1000, interval: 20 }).toBe(false);
  });

  it("is warned of beside the end of the days of grace, and says what the newest recall says", async () => {
    const t = await freshTenant({ subscription: { status: "past_due", pastDueSince: new Date() } });
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const repositoryId = await repositoryOf(t);
    const [child = ""] = index.children;
    await recallImage(t.ctx, { repositoryId, digest: index.digest, reason: "the older" });
    await recallImage(t.ctx, { repositoryId, digest: child, reason: "the newer" });
    const get = await memberOf(t);
    expect((await get(child)).headers.warning).toMatch(
      /^299 - "membership past due, access ends [\d-]+", 299 - "sha256:\w{12} is recalled: the newer\."$/,
    );
    expect((await get("v1")).headers.warning).toMatch(/, 299 - "sha256:\w{12} is recalled: the older\."$/);
  });
});

describe("a recalled release", () => {
  const versioned = { version: "2.0.0" };
  const asked = { reason: 'It "loses" data', replacement: "2.0.1" };

  async function recalled(status: "published" | "yanked" | "archived" = "published") {
    const t = await freshTenant();
    const file = await publishAsset(t, { product: t.product, release: versioned, status });
    const { secret } = await personalToken({ id: t.member.userId, email: t.member.email });
    const { recall } = await recallRelease(t.ctx, { releaseId: file.releaseId, ...asked });
    const get = (path: string) => callApi(plane.port, ["GET", `${path}tenant=${t.tenant.slug}`], { secret });
    return { t, file, recall, get };
  }

  it("is downloaded with a warning, also by a link, and says so in the list that names it", async () => {
    const { t, file, get } = await recalled();
    const warning = `299 - "2.0.0 is recalled: It 'loses' data. Move to 2.0.1."`;
    const { status, headers } = await get(`/v1/downloads/${file.id}?`);
    expect([status, headers.warning]).toEqual([200, warning]);
    const { secret } = await personalToken({ id: t.member.userId, email: t.member.email });
    const link = await callApi(plane.port, ["POST", `/v1/downloads/${file.id}/link`], { secret, body: {} });
    const linked = await callApi(plane.port, ["GET", new URL(link.json.url).pathname], {});
    expect([linked.status, linked.headers.warning]).toEqual([200, warning]);
    const { json } = await get(`/v1/downloads?version=2.0.0&`);
    const words = { at: expect.stringMatching(/Z$/), ...asked };
    expect(json.downloads.map(({ release }: { release: object }) => release)).toMatchObject([{ recalled: words }]);
    expect((await get("/v1/downloads?")).json.downloads).toEqual([]);
  });

  it.each(["published", "yanked", "archived"] as const)(
    "that was %s is critical to a program that runs it",
    async (status) => {
      const { t, file, recall, get } = await recalled(status);
      const path = `/v1/products/${t.product.slug}/updates?current=2.0.0&`;
      const told = { critical: true, current: { version: "2.0.0", recalled: { at: expect.any(String), ...asked } } };
      expect((await get(path)).json).toMatchObject(told);
      await forceDeleteRelease(t.ctx, { releaseId: file.releaseId, version: "2.0.0" });
      expect((await get(path)).json).toMatchObject(told);
      await liftRecall(t.ctx, { recallId: recall.id, reason: "no" });
      expect((await get(path)).json).toMatchObject({ critical: false, current: null });
    },
  );
});
