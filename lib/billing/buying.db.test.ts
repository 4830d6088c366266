import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { newId } from "#lib/ids.ts";
import { accountCtx, type Fixture, freshTenant, newUser, startStripeLocal, type TestUser } from "#lib/testing/index.ts";
import { findAccountOf } from "./account.ts";
import {
  connectStripe,
  findPurchase,
  openPortal,
  refreshCustomer,
  setPrice,
  startCheckout,
  viewOwnMembership,
  viewStore,
} from "./index.ts";

type Stripe = Awaited<ReturnType<typeof startStripeLocal>>;
type Account = ReturnType<Stripe["addAccount"]>;

describe("buying on the storefront", () => {
  let stripe: Stripe;
  let t: Fixture;
  let account: Account;
  let buyer: TestUser;
  let price: Record<"monthly" | "yearly" | "lifetime" | "addOn", string>;

  beforeAll(async () => {
    stripe = await startStripeLocal();
  });
  afterAll(() => stripe.stop());

  beforeEach(async () => {
    t = await freshTenant({ product: { requiresEntitlement: true } });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { storefrontEnabled: true } });
    account = stripe.addAccount();
    await connectStripe(t.ctx, { key: account.key, webhookSecret: "whsec_0123456789abcdef" });
    const made = (about: Parameters<Account["price"]>[0]) => account.price(about).id;
    price = {
      monthly: made({ interval: "month" }),
      yearly: made({ interval: "year", amount: 19_000 }),
      lifetime: made({ interval: null, amount: 49_000 }),
      addOn: made({ interval: null, amount: 2500 }),
    };
    for (const priceId of [price.monthly, price.yearly, price.lifetime]) {
      await setPrice(t.ctx, { priceId, membership: true, productIds: [] });
    }
    await setPrice(t.ctx, { priceId: price.addOn, membership: false, productIds: [t.product.id] });
    buyer = await newUser({ emailVerifiedAt: new Date() });
  });

  const buy = (priceId: string, by = buyer, attempt = newId()) =>
    startCheckout(accountCtx(by), { tenant: t.tenant.slug, priceId, attempt });
  const sessionOf = ({ url }: { url: string }) => /cs_[A-Za-z0-9_]+/.exec(url)?.[0] ?? "";
  const memberOf = (user = buyer) =>
    db().member.findUnique({ where: { tenantId_userId: { tenantId: t.tenant.id, userId: user.id } } });
  const heard = async (user = buyer) => {
    const known = await findAccountOf(t.tenant.id);
    const customer = (await memberOf(user))?.stripeCustomerId;
    if (known && customer) await refreshCustomer(known, customer);
  };
  const pay = async (priceId: string, by = buyer) => {
    const session = sessionOf(await buy(priceId, by));
    account.payCheckout(session);
    await heard(by);
    return session;
  };
  const refusals = async (user: TestUser | null = buyer) => {
    const { plans, addOns } = await viewStore(t.tenant.slug, user?.id ?? null);
    return Object.fromEntries([...plans, ...addOns].map(({ priceId, refusal }) => [priceId, refusal]));
  };

  it("makes a member and a customer that name each other, and a session that names both; nothing is given yet", async () => {
    const session = sessionOf(await buy(price.monthly));
    const member = await memberOf();
    const customer = account.account.get("customer", member?.stripeCustomerId ?? "");
    const names = { purser_tenant: t.tenant.id, purser_member: member?.id };
    expect(customer).toMatchObject({ email: buyer.email, metadata: names });
    expect(account.account.get("checkout.session", session)).toMatchObject({
      mode: "subscription",
      client_reference_id: member?.id,
      metadata: { ...names, purser_price: price.monthly },
    });
    expect(await t.lastAudit()).toMatchObject({ action: "member.joined", actor: `user:${buyer.id}` });
    expect(await db().subscription.count({ where: { memberId: member?.id } })).toBe(0);
    expect(await findPurchase(accountCtx(buyer), { tenant: t.tenant.slug, session })).toMatchObject({ state: "open" });
  });

  it("leads two clicks to one payment, and two at once to one customer", async () => {
    const attempt = newId();
    const [one, two] = await Promise.all([buy(price.monthly, buyer, attempt), buy(price.monthly, buyer, attempt)]);
    expect(one.url).toBe(two.url);
    expect(account.account.tables.customer.all()).toHaveLength(1);
    expect(account.account.tables["checkout.session"].all()).toHaveLength(1);
  });

  it("says how far a purchase is, by Stripe and the ledger alone", async () => {
    const session = sessionOf(await buy(price.lifetime));
    const ask = (by = buyer, id = session) => findPurchase(accountCtx(by), { tenant: t.tenant.slug, session: id });
    account.payCheckout(session);
    expect(await ask()).toEqual({ state: "arriving", priceName: expect.any(String) });
    await heard();
    expect(await ask()).toMatchObject({ state: "here" });
    const other = await newUser();
    await buy(price.monthly, other);
    await expect(ask(other)).rejects.toMatchObject({ code: "not_found" });
    await expect(ask(await newUser())).rejects.toMatchObject({ code: "not_found" });
    await expect(ask(buyer, "cs_test_nothing")).rejects.toMatchObject({ code: "not_found" });
  });

  it("sells an add-on to who has a membership, once", async () => {
    expect(await refusals()).toMatchObject({
      [price.monthly]: null,
      [price.addOn]: expect.stringMatching(/needs a membership/),
    });
    await expect(buy(price.addOn)).rejects.toMatchObject({ code: "conflict" });
    await pay(price.monthly);
    expect(await refusals()).toMatchObject({
      [price.monthly]: expect.stringMatching(/You have a membership/),
      [price.yearly]: expect.stringMatching(/Change its plan/),
      [price.lifetime]: null,
      [price.addOn]: null,
    });
    await pay(price.addOn);
    expect(await refusals()).toMatchObject({ [price.addOn]: "You have this already." });
    await expect(buy(price.addOn)).rejects.toMatchObject({ code: "conflict", message: "You have this already." });
    await expect(buy(price.monthly)).rejects.toMatchObject({ code: "conflict" });
    const store = await viewStore(t.tenant.slug, buyer.id);
    expect(store.visitor).toMatchObject({ standing: { good: true } });
    expect(store.addOns).toMatchObject([{ has: true, gives: [{ id: t.product.id }] }]);
  });

  it("sells nothing that an admin gave already", async () => {
    await pay(price.monthly);
    const member = await memberOf();
    await grantEntitlement(t.ctx, { memberId: member?.id ?? "", productId: t.product.id });
    await expect(buy(price.addOn)).rejects.toMatchObject({ message: "You have this already." });
  });

  it("sells no second plan to who is past due, and the same plan again to whom it ended", async () => {
    await pay(price.monthly);
    const [subscription] = account.account.tables.subscription.all();
    account.pastDue(subscription?.id ?? "");
    await heard();
    await expect(buy(price.yearly)).rejects.toMatchObject({ message: expect.stringMatching(/waits for its payment/) });
    account.cancel(subscription?.id ?? "");
    await heard();
    expect(await buy(price.monthly)).toMatchObject({ url: expect.stringContaining("http") });
  });

  it.each([
    ["a price that means nothing here", () => account.price().id],
    ["a price of another tenant's account", () => stripe.addAccount().price().id],
    ["no price at all", () => "price_nothing"],
  ])("refuses %s, and changes nothing", async (_, priceId) => {
    const before = await t.rows();
    await expect(buy(priceId())).rejects.toMatchObject({ code: "not_found" });
    expect(await t.rows()).toEqual(before);
    expect(account.account.tables.customer.all()).toEqual([]);
  });

  it("refuses a price that Stripe no longer sells, and offers it to nobody from then on", async () => {
    account.account.get("price", price.monthly).active = false;
    await expect(buy(price.monthly)).rejects.toMatchObject({ message: expect.stringMatching(/no longer sold/) });
    expect(await memberOf()).toBeNull();
    expect(await refusals()).not.toHaveProperty(price.monthly);
  });

  it("refuses a suspended member, an archived tenant, a closed store, and one without an account at Stripe", async () => {
    await pay(price.monthly);
    const { id } = t.tenant;
    await db().member.updateMany({ where: { tenantId: id, userId: buyer.id }, data: { suspendedAt: new Date() } });
    await expect(buy(price.addOn)).rejects.toMatchObject({ code: "forbidden" });
    const stranger = await newUser();
    await db().tenant.update({ where: { id }, data: { archivedAt: new Date() } });
    await expect(buy(price.yearly, stranger)).rejects.toMatchObject({ code: "not_found" });
    await db().tenant.update({ where: { id }, data: { archivedAt: null, storefrontEnabled: false } });
    await expect(buy(price.yearly, stranger)).rejects.toMatchObject({ code: "not_found" });
    await db().tenant.update({ where: { id }, data: { storefrontEnabled: true } });
    await db().stripeConnection.delete({ where: { tenantId: id } });
    await expect(buy(price.yearly, stranger)).rejects.toMatchObject({ code: "not_found" });
    expect((await viewStore(t.tenant.slug, stranger.id)).plans).toEqual([]);
  });

  it("names nothing hidden: an add-on of a hidden product is not on the storefront", async () => {
    await db().product.update({ where: { id: t.product.id }, data: { visibility: "hidden" } });
    const store = await viewStore(t.tenant.slug, buyer.id);
    expect(store.addOns).toEqual([]);
    expect(JSON.stringify(store)).not.toContain(t.product.name);
    await pay(price.monthly);
    await expect(buy(price.addOn)).rejects.toMatchObject({ code: "not_found" });
  });

  it("makes another customer where the account no longer has the one that was", async () => {
    await buy(price.monthly);
    const first = (await memberOf())?.stripeCustomerId ?? "";
    account.account.tables.customer.remove(first);
    await buy(price.yearly);
    const second = (await memberOf())?.stripeCustomerId;
    expect(second).not.toBe(first);
    expect(account.account.tables.customer.all()).toMatchObject([{ id: second }]);
  });

  it("limits how often somebody can have payment pages made", async () => {
    for (let n = 0; n < 30; n++) await buy(price.monthly);
    await expect(buy(price.monthly)).rejects.toMatchObject({ code: "limit_exceeded" });
  });

  it("opens the billing portal for who bought, with a session that is kept nowhere", async () => {
    const ctx = (user: TestUser) => ({ ...accountCtx(user), tenant: t.tenant });
    await expect(openPortal(ctx(buyer))).rejects.toMatchObject({ code: "conflict" });
    await pay(price.monthly);
    const before = await t.rows();
    expect(await openPortal(ctx(buyer))).toMatchObject({ url: expect.stringContaining("http") });
    expect(await t.rows()).toEqual(before);
  });

  it("says in the portal what one has, until when, and what is due", async () => {
    const own = () => viewOwnMembership({ ...accountCtx(buyer), tenant: t.tenant });
    expect(await own()).toBeNull();
    await pay(price.monthly);
    const [subscription] = account.account.tables.subscription.all();
    const id = subscription?.id ?? "";
    expect(await own()).toMatchObject({ state: "good", renewsAt: expect.any(Date), endsAt: null, manageable: true });
    expect(await own()).toMatchObject({ addOns: [{ priceId: price.addOn }] });
    account.cancelAtPeriodEnd(id);
    await heard();
    expect(await own()).toMatchObject({ state: "good", renewsAt: null, endsAt: expect.any(Date) });
    account.keep(id);
    account.pastDue(id);
    await heard();
    expect(await own()).toMatchObject({ state: "past_due", endsAt: expect.any(Date) });
    account.cancel(id);
    await heard();
    expect(await own()).toMatchObject({ state: "lapsed", renewsAt: null });
    await pay(price.lifetime);
    expect(await own()).toMatchObject({ state: "good", lasting: true, endsAt: null });
  });
});
