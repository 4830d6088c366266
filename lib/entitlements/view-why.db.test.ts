import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant, mapForTest, type TenantOptions } from "#lib/testing/index.ts";
import { grantEntitlement, revokeEntitlement, viewOwnWhy, viewWhy } from "./index.ts";

const RESTRICTED: TenantOptions = { product: { requiresEntitlement: true } };
const LAPSED: TenantOptions = { subscription: { status: "canceled" } };

async function asked(options: TenantOptions) {
  const t = await freshTenant(options);
  const openStore = () => db().tenant.update({ where: { id: t.tenant.id }, data: { storefrontEnabled: true } });
  const why = () => viewWhy(t.as("readonly"), { memberId: t.member.id, productId: t.product.id });
  return { t, openStore, why };
}

describe("the next step of who may not pull", () => {
  it("is to buy the add-on where a price that is sold gives it, and to ask the vendor otherwise", async () => {
    const { t, openStore, why } = await asked(RESTRICTED);
    expect(await why()).toMatchObject({ decision: { reason: "not_entitled" }, nextStep: "ask" });
    await openStore();
    await mapForTest(t, await t.addProduct());
    expect((await why()).nextStep, "a price gives another product").toBe("ask");
    const priceId = await mapForTest(t, t.product);
    expect((await why()).nextStep).toBe("buy");
    await db().stripePrice.updateMany({ where: { priceId }, data: { active: false } });
    expect((await why()).nextStep, "no longer sold").toBe("ask");
    await db().stripePrice.updateMany({ where: { priceId }, data: { active: true } });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { storefrontEnabled: false } });
    expect((await why()).nextStep, "the storefront is closed").toBe("ask");
  });

  it("is to renew where a membership is sold, whatever gives the product", async () => {
    const { t, openStore, why } = await asked(LAPSED);
    await openStore();
    const priceId = await mapForTest(t, t.product);
    expect(await why()).toMatchObject({ decision: { reason: "membership_inactive" }, nextStep: "ask" });
    await db().stripePrice.updateMany({ where: { priceId }, data: { membership: true } });
    expect((await why()).nextStep).toBe("renew");
  });

  it("is to ask while suspended, though all is sold, and none where access is given", async () => {
    const { t, openStore, why } = await asked(RESTRICTED);
    await openStore();
    await mapForTest(t, t.product);
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    expect(await why()).toMatchObject({ decision: { allowed: true }, nextStep: null });
    await db().member.update({ where: { id: t.member.id }, data: { suspendedAt: new Date() } });
    await expect.poll(async () => (await why()).nextStep, { timeout: 5000 }).toBe("ask");
  });
});

describe("why", () => {
  it("shows every grant that there was and the memberships behind it, to the team and to oneself alike", async () => {
    const { t, why } = await asked(RESTRICTED);
    const { grant } = await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    await revokeEntitlement(t.ctx, { entitlementId: grant.id });
    const { member, ...seen } = await why();
    expect(member.id).toBe(t.member.id);
    expect(seen).toMatchObject({ grants: [{ id: grant.id }], subscriptions: [{ kind: "stripe", status: "active" }] });
    const own = await viewOwnWhy(t.as(null), { role: null, memberId: t.member.id }, t.product.slug);
    expect([own.nextStep, own.grants, own.subscriptions]).toEqual([seen.nextStep, seen.grants, seen.subscriptions]);
    expect(own.decision).toMatchObject({ allowed: false, reason: "not_entitled" });
  });

  it("is not told of a product that one may not know of, nor to another tenant's team", async () => {
    const { t } = await asked({ product: { visibility: "hidden" } });
    const other = await freshTenant();
    const missing = { code: "not_found" };
    const me = { role: null, memberId: t.member.id };
    await expect(viewOwnWhy(t.as(null), me, t.product.slug)).rejects.toMatchObject(missing);
    await expect(viewOwnWhy(t.as(null), me, other.product.slug)).rejects.toMatchObject(missing);
    const ids = { memberId: t.member.id, productId: t.product.id };
    await expect(viewWhy(other.ctx, ids)).rejects.toMatchObject(missing);
    await expect(viewWhy(other.ctx, { ...ids, memberId: other.member.id })).rejects.toMatchObject(missing);
    await expect(viewWhy(t.as(null), ids)).rejects.toMatchObject({ reason: "entitlement.view" });
  });
});
