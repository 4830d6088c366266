import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { accountCtx, newUser, type TestUser, withShop } from "#lib/testing/index.ts";
import { startCheckout, viewStore } from "./index.ts";

const shop = withShop();
beforeEach(async () => {
  await db().tenant.update({ where: { id: shop.t.tenant.id }, data: { storefrontEnabled: true } });
  await db().stripePrice.updateMany({
    where: { priceId: { in: [shop.plan, shop.addOn] } },
    data: { interval: "month" },
  });
});

const buy = (by: TestUser, priceId: string) =>
  startCheckout(accountCtx(by), { tenant: shop.t.tenant.slug, priceId, attempt: newId() });
const customerOf = async (user: TestUser) => {
  const where = { tenantId_userId: { tenantId: shop.t.tenant.id, userId: user.id } };
  return (await db().member.findUnique({ where }))?.stripeCustomerId;
};
const customers = () => shop.t.account.account.tables.customer.all().length;

describe("two payment pages", () => {
  const open = () =>
    shop.t.account.account.tables["checkout.session"]
      .all()
      .filter(({ status }) => status === "open")
      .map(({ metadata }) => metadata?.purser_price);

  it("are not open at once for two plans, nor twice for one thing", async () => {
    const buyer = await newUser({ emailVerifiedAt: new Date() });
    const attempt = newId();
    const first = { tenant: shop.t.tenant.slug, priceId: shop.plan, attempt };
    await startCheckout(accountCtx(buyer), first);
    await startCheckout(accountCtx(buyer), first);
    expect(open()).toEqual([shop.plan]);
    await buy(buyer, shop.lifetime);
    expect(open()).toEqual([shop.lifetime]);
    await expect(startCheckout(accountCtx(buyer), first)).rejects.toMatchObject({ code: "conflict" });
    await Promise.allSettled([buy(buyer, shop.lifetime), buy(buyer, shop.plan), buy(buyer, shop.plan)]);
    expect(open().length).toBeLessThan(2);
    await buy(buyer, shop.plan);
    expect(open()).toEqual([shop.plan]);
  });

  it("are open at once for an add-on and a plan", async () => {
    shop.subscribed([shop.plan]);
    await shop.refresh();
    const user = { id: shop.ana.userId, email: shop.ana.email };
    await buy(user, shop.addOn);
    await buy(user, shop.lifetime);
    expect(open().sort()).toEqual([shop.addOn, shop.lifetime].sort());
  });
});

describe("a buyer who is a customer at Stripe already", () => {
  it("is that customer, and is sold nothing that they pay for there", async () => {
    const buyer = await newUser({ emailVerifiedAt: new Date() });
    const { id } = shop.t.account.customer({ email: buyer.email });
    shop.t.account.customer({ email: buyer.email });
    shop.bought([shop.plan, shop.addOn], id);
    const before = customers();
    await expect(buy(buyer, shop.plan)).rejects.toMatchObject({ message: expect.stringMatching(/have a membership/) });
    expect([await customerOf(buyer), customers()]).toEqual([id, before]);
    expect(await shop.pull({ userId: buyer.id })).toBe("allowed");
    expect((await viewStore(shop.t.tenant.slug, buyer.id)).visitor).toMatchObject({ standing: { good: true } });
    expect(await buy(buyer, shop.lifetime)).toMatchObject({ url: expect.stringContaining("http") });
    expect([await customerOf(buyer), customers()]).toEqual([id, before]);
  });

  it("is nobody's by an address that is not verified, and not another member's", async () => {
    const [unverified, buyer] = [await newUser(), await newUser({ emailVerifiedAt: new Date() })];
    const metadata = { purser_tenant: shop.t.tenant.id, purser_member: shop.ana.id };
    const others = [
      shop.t.account.customer({ email: unverified.email }),
      shop.t.account.customer({ email: buyer.email, metadata }),
    ].map(({ id }) => id);
    for (const user of [unverified, buyer]) {
      await buy(user, shop.lifetime);
      expect(others).not.toContain(await customerOf(user));
    }
  });
});
