import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { daysAgo, deliverEvents, withShop } from "#lib/testing/index.ts";

const shop = withShop();

describe("what is bought at Stripe", () => {
  it("can be pulled once its events came, and each row that changed is recorded", async () => {
    shop.bought([shop.plan, shop.addOn]);
    expect(await shop.pull()).toBe("membership_inactive");
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
    expect(await shop.deeds()).toEqual(["billing.subscription_changed stripe", "entitlement.granted stripe"]);
    const rows = await db().stripeEvent.findMany({ where: { tenantId: shop.t.tenant.id, customerId: { not: null } } });
    expect(rows.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(["1 membership added, 1 grant given", "nothing changed"]),
    );
  });

  it("follows the subscription: an add-on taken away and added, canceled at last", async () => {
    const id = shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    shop.t.account.removePrice(id, shop.addOn);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("not_entitled");
    shop.t.account.addPrice(id, shop.addOn);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
    shop.t.account.cancel(id);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("membership_inactive");
    expect((await shop.grants()).map(({ revokeReason }) => revokeReason)).toEqual(["no longer paid for", "canceled"]);
  });

  it.each([
    [3, "warned"],
    [8, "membership_inactive"],
  ])("that fell past due %i days ago is %s, and holds again once it is paid", async (days, answer) => {
    const id = shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    shop.t.account.pastDue(id, daysAgo(days));
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe(answer);
    shop.t.account.pay(id);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
    expect((await shop.grants()).filter(({ revokedAt }) => !revokedAt)).toMatchObject([{ expiresAt: null }]);
  });

  it.each(["pause", "unpaid"] as const)("and then hit by %s gives nothing, until that is over", async (what) => {
    const id = shop.subscribed([shop.plan, shop.addOn]);
    shop.t.account[what](id);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("membership_inactive");
    if (what === "pause") shop.t.account.resume(id);
    else shop.t.account.renew(id);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
  });

  it("ends with a refund in full, and with one in part only where the tenant says so", async () => {
    const { payment } = shop.bought([shop.lifetime]);
    shop.t.account.refund(payment ?? "", 100);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
    await db().stripeConnection.update({ where: { tenantId: shop.t.tenant.id }, data: { partialRefundEnds: true } });
    await shop.refresh();
    expect(await shop.pull()).toBe("membership_inactive");
    await db().stripeConnection.update({ where: { tenantId: shop.t.tenant.id }, data: { partialRefundEnds: false } });
    await shop.refresh();
    expect(await shop.pull()).toBe("allowed");
    shop.t.account.refund(payment ?? "");
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("membership_inactive");
    expect(await db().subscription.findFirst({ where: { memberId: shop.ana.id } })).toMatchObject({
      endReason: "refunded",
    });
  });

  it("ends with the refund of a subscription's invoice, until a later one is paid", async () => {
    const id = shop.subscribed([shop.plan, shop.addOn]);
    shop.t.account.refund(id);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("membership_inactive");
    shop.t.account.renew(id);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
  });

  it.each(["lifetime", "subscription"])(
    "is suspended by a dispute about a %s, back when it is won, gone when lost",
    async (kind) => {
      const { payment, subscription } = shop.bought(kind === "lifetime" ? [shop.lifetime] : [shop.plan, shop.addOn]);
      const paid = payment ?? subscription?.id ?? "";
      await deliverEvents(shop.t);
      const first = shop.t.account.dispute(paid);
      await deliverEvents(shop.t);
      expect(await shop.pull()).toBe("membership_inactive");
      shop.t.account.closeDispute(first.id, "won");
      await deliverEvents(shop.t);
      expect(await shop.pull()).toBe("allowed");
      expect((await shop.grants()).map(({ revokeReason }) => revokeReason)).toEqual(["disputed", null]);
      const again = kind === "lifetime" ? shop.bought([shop.lifetime]).payment : shop.t.account.renew(paid).id;
      if (kind === "lifetime") shop.t.account.refund(paid);
      shop.t.account.closeDispute(shop.t.account.dispute(again ?? "").id, "lost");
      await deliverEvents(shop.t);
      expect(await shop.pull()).toBe("membership_inactive");
    },
  );

  it("by a payment that has not come is not had, whatever the session says", async () => {
    const { paymentSession } = shop.bought([shop.lifetime]);
    const session = shop.t.account.account.get("checkout.session", paymentSession?.id ?? "");
    session.payment_status = "unpaid";
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("membership_inactive");
    session.payment_status = "paid";
    await shop.refresh();
    expect(await shop.pull()).toBe("allowed");
  });
});
