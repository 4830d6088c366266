import { describe, expect, it } from "vitest";
import { grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { deliverEvents, withShop } from "#lib/testing/index.ts";

const shop = withShop();

describe("grants of two sources", () => {
  const byAdmin = () => grantEntitlement(shop.t.ctx, { memberId: shop.ana.id, productId: shop.t.product.id });
  const ENDS: Record<string, (id: string) => unknown> = {
    cancel: (id) => shop.t.account.cancel(id),
    refund: (id) => shop.t.account.refund(id),
    "the price's removal": (id) => shop.t.account.removePrice(id, shop.addOn),
    "the mapping's removal": () => shop.t.mean(shop.addOn, {}),
  };

  describe.each(Object.entries(ENDS))("at Stripe's end by %s", (_name, end) => {
    it.each(["before", "after"])("leave an admin's that was given %s Stripe's", async (when) => {
      if (when === "before") await byAdmin();
      // A membership of its own, so that the product alone is what Stripe's end is about.
      shop.bought([shop.lifetime]);
      await shop.t.mean(shop.lifetime, { membership: true });
      const id = shop.subscribed([shop.addOn, shop.t.account.price({ name: "Seats" }).id]);
      await deliverEvents(shop.t);
      if (when === "after") await byAdmin();
      await end(id);
      await deliverEvents(shop.t);
      await shop.refresh();
      expect((await shop.grants()).map(({ source, revokedAt }) => [source, revokedAt !== null])).toEqual(
        expect.arrayContaining([
          ["admin", false],
          ["stripe", true],
        ]),
      );
      expect(await shop.pull()).toBe("allowed");
    });
  });

  it("leave Stripe's when the admin's is revoked, given before or after it", async () => {
    const first = await byAdmin();
    shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    await revokeEntitlement(shop.t.ctx, { entitlementId: first.grant.id });
    expect(await shop.pull()).toBe("allowed");
    const second = await byAdmin();
    await revokeEntitlement(shop.t.ctx, { entitlementId: second.grant.id });
    await shop.refresh();
    expect(await shop.pull()).toBe("allowed");
  });
});
