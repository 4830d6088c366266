import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant, newRelease, publishAsset } from "#lib/testing/index.ts";
import { listReleases, viewRelease } from "./index.ts";

describe("a product's releases", () => {
  it("are listed with the highest version first, by page, state, channel and part of the version", async () => {
    const t = await freshTenant();
    for (const version of ["1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0"]) await newRelease(t, { version });
    await publishAsset(t, { product: await t.addProduct() });
    const list = async (asked: object) => {
      const { releases, next } = await listReleases(t.as("readonly"), { productId: t.product.id, ...asked });
      return [releases.map(({ version }) => version), next];
    };
    expect(await list({})).toEqual([["2.0.0", "2.0.0-rc.1", "1.10.0", "1.9.0"], null]);
    expect(await list({ limit: 3 })).toEqual([["2.0.0", "2.0.0-rc.1", "1.10.0"], "1.10.0"]);
    expect(await list({ limit: 3, after: "1.10.0" })).toEqual([["1.9.0"], null]);
    expect(await list({ search: "1.1" })).toEqual([["1.10.0"], null]);
    expect(await list({ search: "rc_1" })).toEqual([[], null]);
    await db().release.updateMany({ where: { version: "2.0.0-rc.1" }, data: { channel: "beta", status: "published" } });
    expect(await list({ channel: "beta" })).toEqual([["2.0.0-rc.1"], null]);
    expect(await list({ status: "published" })).toEqual([["2.0.0-rc.1"], null]);
    await expect(list({ after: "latest" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("tell their files, and are the tenant's alone", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const file = await publishAsset(t, { product: t.product });
    const productId = t.product.id;
    const { releases } = await listReleases(t.ctx, { productId });
    expect(releases).toMatchObject([{ status: "published", assets: 1, images: 0, bytes: file.bytes.length }]);
    const releaseId = releases[0]?.id ?? "";
    const view = await viewRelease(t.ctx, { releaseId });
    expect(view).toMatchObject({
      product: { slug: t.product.slug },
      images: [],
      assets: [{ filename: file.filename }],
    });
    expect(await viewRelease(t.ctx, { productId, version: `v${view.version}` })).toEqual(view);
    await expect(listReleases(other.ctx, { productId })).rejects.toMatchObject({ code: "not_found" });
    for (const asked of [{ releaseId }, { productId, version: view.version }]) {
      await expect(viewRelease(other.ctx, asked)).rejects.toMatchObject({ code: "not_found" });
      await expect(viewRelease(t.as(null), asked)).rejects.toMatchObject({ code: "forbidden" });
    }
    await expect(viewRelease(t.ctx, { releaseId: "nothing" })).rejects.toMatchObject({ code: "not_found" });
  });
});
