import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { deliverEvents, newUser, withShop } from "#lib/testing/index.ts";
import { meetStrangers } from "./meet-strangers.ts";

const shop = withShop();
const outcomes = async () => {
  const where = {
    tenantId: shop.t.tenant.id,
    type: { not: { startsWith: "p" } },
    outcome: { not: { startsWith: "ignored" } },
  };
  return new Set((await db().stripeEvent.findMany({ where })).map(({ outcome }) => outcome));
};

describe("a customer whom no member's row names", () => {
  const strangers = async (email: string | undefined, metadata = {}) => shop.t.account.customer({ email, metadata }).id;

  it("is the member that a checkout of ours wrote into their metadata", async () => {
    const member = await shop.t.addMember(null);
    const metadata = { purser_tenant: shop.t.tenant.id, purser_member: member.id };
    shop.bought([shop.plan, shop.addOn], await strangers("other@example.com", metadata));
    await deliverEvents(shop.t);
    expect(await shop.pull(member)).toBe("allowed");
  });

  it("becomes a member by an address that a user here has verified, once something is paid", async () => {
    const user = await newUser({ emailVerifiedAt: new Date() });
    const customer = await strangers(user.email.toUpperCase());
    await shop.refresh(customer);
    expect(await db().member.count({ where: { userId: user.id } })).toBe(0);
    shop.bought([shop.plan, shop.addOn], customer);
    await deliverEvents(shop.t);
    expect(await shop.pull({ userId: user.id })).toBe("allowed");
    expect(await shop.deeds()).toEqual(expect.arrayContaining(["member.joined stripe"]));
  });

  it("becomes a member once somebody has verified that address, whenever that is", async () => {
    const [user, idle] = [await newUser(), await newUser()];
    const customer = await strangers(user.email);
    shop.bought([shop.plan, shop.addOn], customer);
    await deliverEvents(shop.t);
    await shop.refresh(await strangers(idle.email));
    await meetStrangers();
    expect(await shop.pull({ userId: user.id })).toBe("not_a_member");
    const ids = [user.id, idle.id];
    await db().user.updateMany({ where: { id: { in: ids } }, data: { emailVerifiedAt: new Date() } });
    shop.stripe.fail({ status: 503, times: 3, path: new RegExp(customer) });
    await meetStrangers();
    await meetStrangers();
    expect(await shop.pull({ userId: user.id })).toBe("allowed");
    expect(await db().member.count({ where: { userId: idle.id } })).toBe(0);
    expect(await db().stripeStranger.count({ where: { tenantId: shop.t.tenant.id } })).toBe(0);
  });

  it("stays nobody by an address that is not verified, by another tenant's metadata, and for a member of theirs", async () => {
    const [unverified, member] = [await newUser(), await shop.t.addMember(null)];
    const foreign = { purser_tenant: shop.t.product.id, purser_member: member.id };
    const known = { purser_tenant: shop.t.tenant.id, purser_member: shop.ana.id };
    for (const customer of [
      await strangers(unverified.email),
      await strangers(undefined, foreign),
      await strangers(undefined, known),
    ]) {
      shop.bought([shop.plan, shop.addOn], customer);
    }
    await deliverEvents(shop.t);
    expect([await shop.pull({ userId: unverified.id }), await shop.pull(member), await shop.pull()]).toEqual(
      expect.not.arrayContaining(["allowed"]),
    );
    expect(await outcomes()).toEqual(new Set(["no member is that customer", "the member is another customer already"]));
  });
});
