import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { type Fixture, freshTenant, startStripeLocal } from "#lib/testing/index.ts";
import {
  connectStripe,
  listAccountPrices,
  listOwnPrices,
  mapPrice,
  previewPrice,
  rereadCustomers,
  setPrice,
  unmapPrice,
} from "./index.ts";

type Stripe = Awaited<ReturnType<typeof startStripeLocal>>;
type Account = ReturnType<Stripe["addAccount"]>;

describe("what a price means", () => {
  let stripe: Stripe;
  let t: Fixture;
  let account: Account;
  let plan: string;
  let addOn: string;

  beforeAll(async () => {
    stripe = await startStripeLocal();
  });
  afterAll(() => stripe.stop());

  beforeEach(async () => {
    // Of other files' tenants, whose accounts are gone.
    await db().stripeReread.deleteMany();
    t = await freshTenant({ product: { requiresEntitlement: true } });
    account = stripe.addAccount();
    await connectStripe(t.ctx, { key: account.key, webhookSecret: "whsec_0123456789abcdef" });
    plan = account.price({ amount: 1900, name: "monthly" }).id;
    addOn = account.price({ amount: 500, currency: "jpy", interval: null, name: "Pro" }).id;
    const customer = account.customer();
    await db().subscription.deleteMany({ where: { memberId: t.member.id } });
    await db().member.update({ where: { id: t.member.id }, data: { stripeCustomerId: customer.id } });
    account.buy(customer.id, [plan, addOn]);
  });

  const grants = () =>
    db().entitlement.findMany({ where: { memberId: t.member.id, revokedAt: null }, select: { source: true } });
  const memberships = () => db().subscription.count({ where: { memberId: t.member.id, endedAt: null } });
  // What a change asks for, as the job does it.
  const followed = () => rereadCustomers();
  const audited = async () =>
    (
      await db().auditEvent.findMany({ where: { tenantId: t.tenant.id, outcome: "done" }, orderBy: { seq: "asc" } })
    ).map(({ action }) => action);

  it("is kept with what it costs, and gives what was bought before", async () => {
    await setPrice(t.ctx, { priceId: plan, membership: true, productIds: [] });
    await setPrice(t.ctx, { priceId: addOn, membership: false, productIds: [t.product.id] });
    expect(await listOwnPrices(t.as("readonly"))).toMatchObject([
      { priceId: plan, membership: true, unitAmount: 1900, currency: "usd", interval: "month", products: [] },
      {
        priceId: addOn,
        membership: false,
        unitAmount: 500,
        currency: "jpy",
        interval: null,
        products: [{ id: t.product.id }],
      },
    ]);
    await followed();
    expect(await grants()).toEqual([{ source: "stripe" }]);
    expect(await memberships()).toBe(1);
    expect(await audited()).toEqual(expect.arrayContaining(["billing.plan_added", "billing.price_mapped"]));
  });

  it("goes with its last meaning, and takes what Stripe gave by it, and nothing else", async () => {
    await mapPrice(t.ctx, { priceId: addOn, productId: t.product.id });
    await setPrice(t.ctx, { priceId: plan, membership: true, productIds: [] });
    await followed();
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    expect(await grants()).toHaveLength(2);

    await unmapPrice(t.ctx, { priceId: addOn, productId: t.product.id });
    await followed();
    expect(await grants()).toEqual([{ source: "admin" }]);
    expect((await listOwnPrices(t.ctx)).map(({ priceId }) => priceId)).toEqual([plan]);

    await setPrice(t.ctx, { priceId: plan, membership: false, productIds: [] });
    await followed();
    expect(await memberships()).toBe(0);
    expect(await listOwnPrices(t.ctx)).toEqual([]);
    expect(await audited()).toEqual(expect.arrayContaining(["billing.plan_removed", "billing.price_unmapped"]));
  });

  it("goes on being asked for while Stripe is away, and when the worker stops in the middle", async () => {
    await mapPrice(t.ctx, { priceId: addOn, productId: t.product.id });
    stripe.fail({ status: 503, times: 3, path: /subscriptions/ });
    expect(await followed()).toEqual({ done: 0 });
    expect(await rereadCustomers({ signal: AbortSignal.abort() })).toEqual({ done: 0 });
    expect(await db().stripeReread.findMany()).toMatchObject([{ priceId: addOn, attempts: 1 }]);
    expect(await followed()).toEqual({ done: 0 });
    await db().stripeReread.updateMany({ data: { requestedAt: new Date(Date.now() - 60_000) } });
    expect(await followed()).toEqual({ done: 1 });
    expect(await grants()).toEqual([{ source: "stripe" }]);
    expect(await db().stripeReread.count()).toBe(0);
  });

  it("can be taken away although Stripe no longer knows the price", async () => {
    await mapPrice(t.ctx, { priceId: addOn, productId: t.product.id });
    await followed();
    account.account.tables.price.remove(addOn);
    await unmapPrice(t.ctx, { priceId: addOn, productId: t.product.id });
    expect(await listOwnPrices(t.ctx)).toEqual([]);
  });

  it("does not change by saying it twice, nor by two who say it at once", async () => {
    const say = () => mapPrice(t.ctx, { priceId: addOn, productId: t.product.id });
    const both = await Promise.all([say(), say()]);
    expect(both.map(({ changed }) => changed).sort()).toEqual([false, true]);
    expect(await say()).toEqual({ changed: false });
    expect((await audited()).filter((action) => action === "billing.price_mapped")).toHaveLength(1);
  });

  it("is shown before it is saved: who gains, who loses", async () => {
    const meaning = { priceId: addOn, membership: false, productIds: [t.product.id] };
    const stranger = account.customer();
    account.buy(stranger.id, [addOn]);
    const before = await t.rows();
    const move = { memberId: t.member.id, email: t.member.email };
    expect(await previewPrice(t.ctx, meaning)).toEqual({
      moves: [{ ...move, gains: [t.product.name], loses: [] }],
      strangers: 1,
    });
    expect(await previewPrice(t.ctx, { ...meaning, membership: true })).toMatchObject({
      moves: [{ gains: ["the membership", t.product.name] }],
    });
    expect(await t.rows()).toEqual(before);
    await setPrice(t.ctx, meaning);
    expect(await previewPrice(t.ctx, { ...meaning, productIds: [] })).toMatchObject({
      moves: [{ ...move, gains: [], loses: [t.product.name] }],
    });
    expect(await previewPrice(t.ctx, meaning)).toEqual({ moves: [], strangers: 0 });
  });

  it.each([
    ["a price that nobody has", () => "price_nothing"],
    ["a price of another tenant's account", () => stripe.addAccount().price().id],
  ])("is refused for %s, and nothing is stored", async (_, priceId) => {
    const before = await t.rows();
    const id = priceId();
    await expect(mapPrice(t.ctx, { priceId: id, productId: t.product.id })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(setPrice(t.ctx, { priceId: id, membership: true, productIds: [] })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await t.rows()).toEqual(before);
  });

  it("is refused for a product of another tenant, and for a role that may not", async () => {
    const other = await freshTenant();
    const before = await t.rows();
    const mapping = { priceId: addOn, productId: other.product.id };
    await expect(mapPrice(t.ctx, mapping)).rejects.toMatchObject({ code: "not_found" });
    await expect(unmapPrice(t.ctx, mapping)).rejects.toMatchObject({ code: "not_found" });
    const own = { priceId: addOn, productId: t.product.id };
    for (const role of ["operator", "readonly"] as const) {
      await expect(mapPrice(t.as(role), own)).rejects.toMatchObject({ code: "forbidden" });
      await expect(
        previewPrice(t.as(role), { priceId: addOn, membership: true, productIds: [] }),
      ).rejects.toMatchObject({
        code: "forbidden",
      });
    }
    expect(await t.rows()).toEqual(before);
    expect(await mapPrice(t.as("manager"), own)).toEqual({ changed: true });
  });

  it("is listed page by page from the account, with what it means here", async () => {
    await setPrice(t.ctx, { priceId: plan, membership: true, productIds: [] });
    const first = await listAccountPrices(t.as("readonly"), { limit: 1 });
    expect(first.prices).toMatchObject([{ priceId: addOn, membership: false }]);
    const second = await listAccountPrices(t.as("readonly"), { limit: 1, after: first.next ?? "" });
    expect(second).toMatchObject({ prices: [{ priceId: plan, membership: true }], next: null });
  });
});
