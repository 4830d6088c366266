import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { deliverEvents, withShop } from "#lib/testing/index.ts";
import { disconnectStripe } from "./disconnect-stripe.ts";
import { connectStripe, rereadCustomers, setRefundRule } from "./index.ts";
import { readAndApply } from "./refresh-customer.ts";

const shop = withShop();

/** Ana as another customer, as a checkout makes one where the account no longer has hers. */
async function another(): Promise<string> {
  const { id } = shop.t.account.customer({ email: shop.ana.email });
  await db().member.update({ where: { id: shop.ana.id }, data: { stripeCustomerId: id } });
  return id;
}

describe("a member who is another customer than before", () => {
  it("keeps what the earlier one paid for once", async () => {
    shop.bought([shop.lifetime]);
    await deliverEvents(shop.t);
    const now = await another();
    const { subscription } = shop.bought([shop.plan], now);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
    shop.t.account.cancel(subscription?.id ?? "");
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
  });

  it("loses the earlier one's subscription, which Stripe canceled with its customer", async () => {
    shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    await shop.refresh(await another());
    expect(await shop.pull()).toBe("membership_inactive");
    expect(await shop.grants()).toMatchObject([{ revokeReason: "no longer paid for" }]);
  });

  it("keeps until its end what a disconnected account was paid for", async () => {
    shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    await disconnectStripe(shop.t.ctx);
    const next = shop.stripe.addAccount();
    await connectStripe(shop.t.ctx, { key: next.key, webhookSecret: next.webhookSecret });
    const { id } = next.customer({ email: shop.ana.email });
    await db().member.update({ where: { id: shop.ana.id }, data: { stripeCustomerId: id } });
    expect(await shop.refresh(id)).toMatchObject({ changes: 0 });
    expect(await shop.pull()).toBe("allowed");
  });

  it("is the customer of another account by their metadata or address, once the earlier one is not there", async () => {
    await disconnectStripe(shop.t.ctx);
    const next = shop.stripe.addAccount();
    await connectStripe(shop.t.ctx, { key: next.key, webhookSecret: next.webhookSecret });
    const price = next.price().id;
    await shop.t.mean(price, { membership: true, gives: [shop.t.product.id] });
    const metadata = { purser_tenant: shop.t.tenant.id, purser_member: shop.ana.id };
    const { id } = next.customer({ email: "somebody@example.com", metadata });
    next.buy(id, [price]);
    await shop.refresh(id);
    expect(await shop.pull()).toBe("allowed");
  });

  it("ends with a customer who was deleted at Stripe, but for what was paid for once", async () => {
    const ben = await shop.t.addCustomer();
    shop.bought([shop.lifetime]);
    shop.bought([shop.plan, shop.addOn], ben.customer);
    await deliverEvents(shop.t);
    for (const customer of [shop.ana.customer, ben.customer]) {
      await (await shop.account()).stripe.customers.del(customer);
      // As where Stripe knows of no list for who is gone.
      shop.stripe.fail({ status: 400, times: 3, path: /subscriptions$|sessions$|charges$/ });
      await shop.refresh(customer);
    }
    expect([await shop.pull(), await shop.pull(ben)]).toEqual(["allowed", "membership_inactive"]);
  });

  it("loses what a payment gave once its price gives it no more", async () => {
    shop.bought([shop.lifetime]);
    await deliverEvents(shop.t);
    await shop.t.mean(shop.lifetime, {});
    await shop.refresh();
    expect(await shop.pull()).toBe("membership_inactive");
    expect(await shop.grants()).toMatchObject([{ revokeReason: "no longer paid for" }]);
  });
});

describe("members who are customers are read again", () => {
  it("once the same account is connected again: the ends go, and what was missed counts", async () => {
    const ben = await shop.t.addCustomer();
    const gone = shop.bought([shop.plan, shop.addOn], ben.customer).subscription?.id ?? "";
    shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    await disconnectStripe(shop.t.ctx);
    shop.t.account.cancel(gone);
    await db().stripeReread.deleteMany();
    await connectStripe(shop.t.ctx, { key: shop.t.account.key, webhookSecret: shop.t.account.webhookSecret });
    expect(await rereadCustomers()).toEqual({ done: 1 });
    expect([await shop.pull(), await shop.pull(ben)]).toEqual(["allowed", "membership_inactive"]);
    expect(await shop.grants()).toEqual(expect.arrayContaining([expect.objectContaining({ expiresAt: null })]));
  });

  it("once the rule for refunds in part is another", async () => {
    const { payment } = shop.bought([shop.lifetime]);
    shop.t.account.refund(payment ?? "", 100);
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
    await db().stripeReread.deleteMany();
    await setRefundRule(shop.t.ctx, { partialRefundEnds: true });
    await rereadCustomers();
    expect(await shop.pull()).toBe("membership_inactive");
  });
});

describe("a reading that was asked for before the account was disconnected", () => {
  it("changes nothing after it: nobody would hear when that ends", async () => {
    shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    const account = await shop.account();
    await disconnectStripe(shop.t.ctx);
    const ends = () => db().subscription.findMany({ where: { memberId: shop.ana.id }, select: { endReason: true } });
    const reading = { account, customerId: shop.ana.customer, eventIds: [], requestId: "late" };
    expect(await readAndApply(reading)).toMatchObject({ changes: 0 });
    expect(await ends()).toEqual([{ endReason: "disconnected" }]);
  });
});
