import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { versionKey } from "#lib/releases/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import { grantEntitlement, listPortal, viewPortalProduct } from "./index.ts";

type Status = "draft" | "published" | "yanked" | "archived";

async function release(
  t: Fixture,
  version: string,
  more: { status?: Status; channel?: string; productId?: string } = {},
) {
  const { status = "published", channel = "stable", productId = t.product.id } = more;
  const publishedAt = status === "draft" ? null : new Date();
  const of = { tenantId: t.tenant.id, productId, version, versionKey: versionKey(version) };
  return db().release.create({ data: { ...of, status, channel, publishedAt, yankReason: "broken" } });
}

const member = (t: Fixture) => ({ role: null, memberId: t.member.id });
const versions = (view: { releases: { version: string }[] }) => view.releases.map(({ version }) => version);

describe("the portal's list", () => {
  it("says what is newest of what may be had: the stable one, and nothing that is not published", async () => {
    const t = await freshTenant();
    for (const version of ["1.9.0", "1.10.0"]) await release(t, version);
    await release(t, "2.0.0-rc.1", { channel: "beta" });
    await release(t, "3.0.0", { status: "yanked" });
    await release(t, "4.0.0", { status: "draft" });
    await release(t, "5.0.0", { status: "archived" });
    const [one] = await listPortal(t.ctx, member(t));
    expect(one?.newest).toMatchObject({ version: "1.10.0", files: 0 });
  });

  it("tells nothing of a locked product's releases, and the way to it; after what may be had", async () => {
    const t = await freshTenant();
    const locked = await t.addProduct({ name: "AAA", requiresEntitlement: true });
    await release(t, "1.0.0", { productId: locked.id });
    const list = await listPortal(t.ctx, member(t));
    expect(list.map(({ decision, newest, nextStep }) => [decision.allowed, newest, nextStep])).toEqual([
      [true, null, null],
      [false, null, "ask"],
    ]);
    expect((await listPortal(t.ctx, member(t), "aa")).map(({ product }) => product.name)).toEqual(["AAA"]);
  });
});

describe("a product in the portal", () => {
  it("shows published and yanked releases, the highest version first, and neither drafts nor archived ones", async () => {
    const t = await freshTenant();
    for (const version of ["1.9.0", "1.10.0"]) await release(t, version);
    await release(t, "1.8.0", { status: "yanked" });
    await release(t, "9.0.0", { status: "draft" });
    await release(t, "8.0.0", { status: "archived" });
    const view = await viewPortalProduct(t.ctx, member(t), { slug: t.product.slug });
    expect(versions(view)).toEqual(["1.10.0", "1.9.0", "1.8.0"]);
    expect(view.releases.map(({ yanked }) => yanked)).toEqual([null, null, { reason: "broken" }]);
  });

  it("is read page by page, and by channel and part of the version", async () => {
    const t = await freshTenant();
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) await release(t, version);
    await release(t, "2.0.0-rc.1", { channel: "beta" });
    const ask = (filter: object) => viewPortalProduct(t.ctx, member(t), { slug: t.product.slug, ...filter });
    const first = await ask({ limit: 3 });
    expect([versions(first), first.next]).toEqual([["2.0.0-rc.1", "1.2.0", "1.1.0"], "1.1.0"]);
    expect(versions(await ask({ limit: 3, after: first.next }))).toEqual(["1.0.0"]);
    expect(versions(await ask({ channel: "beta" }))).toEqual(["2.0.0-rc.1"]);
    expect(versions(await ask({ search: "1.2" }))).toEqual(["1.2.0"]);
    expect((await ask({})).channels).toEqual(["beta", "stable"]);
  });

  it("holds nothing for who may not have it until they are granted it, and is not there where it is hidden", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    await release(t, "1.0.0");
    const ask = () => viewPortalProduct(t.ctx, member(t), { slug: t.product.slug });
    expect(await ask()).toMatchObject({ releases: [], channels: [], newest: null, nextStep: "ask" });
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    expect(versions(await ask())).toEqual(["1.0.0"]);
    const hidden = await t.addProduct({ visibility: "hidden" });
    const asked = viewPortalProduct(t.ctx, member(t), { slug: hidden.slug });
    await expect(asked).rejects.toMatchObject({ code: "not_found" });
  });

  it("is another tenant's to nobody", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    await release(other, "1.0.0");
    const asked = viewPortalProduct(t.ctx, member(t), { slug: other.product.slug });
    await expect(asked).rejects.toMatchObject({ code: "not_found" });
  });
});
