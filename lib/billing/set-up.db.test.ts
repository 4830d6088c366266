import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, startStripeLocal } from "#lib/testing/index.ts";
import { findAccountOf } from "./account.ts";
import {
  checkConnection,
  connectStripe,
  disconnectStripe,
  previewDisconnect,
  refreshCustomer,
  rotateKey,
  rotateWebhookSecret,
  setRefundRule,
  viewConnection,
  WEBHOOK_EVENTS,
} from "./index.ts";
import { stripeOf } from "./stripe-client.ts";

const SECRET = "whsec_0123456789abcdef";

describe("the connection to a vendor's Stripe account", () => {
  let stripe: Awaited<ReturnType<typeof startStripeLocal>>;
  beforeAll(async () => {
    stripe = await startStripeLocal();
  });
  afterAll(() => stripe.stop());

  const connection = (t: Fixture) => db().stripeConnection.findUnique({ where: { tenantId: t.tenant.id } });
  const connected = async () => {
    const t = await freshTenant();
    const account = stripe.addAccount();
    await connectStripe(t.ctx, { key: account.key, webhookSecret: SECRET });
    return { t, account };
  };

  it("keeps key and secret where nobody reads them, and says whose account it is", async () => {
    const { t, account } = await connected();
    const row = await connection(t);
    expect(row).toMatchObject({ accountId: account.id, livemode: false, keyHint: `rk_test_…${account.key.slice(-4)}` });
    const stored = JSON.stringify(row) + Buffer.from(row?.restrictedKeyEncrypted ?? []).toString("latin1");
    expect(stored).not.toContain(account.key);
    expect(await t.lastAudit()).toMatchObject({ action: "billing.connected", after: { account: account.id } });
    expect(JSON.stringify((await t.lastAudit())?.after)).not.toContain(account.key.slice(8));
    const view = await viewConnection(t.as("readonly"));
    expect(JSON.stringify(view)).not.toContain(account.key);
    expect(view).toMatchObject({ connection: { accountId: account.id, fullAccess: false, failedEvents: 0 } });
    expect((await (await stripeOf(t.tenant.id)).customers.list()).data).toEqual([]);
  });

  it("writes nothing at Stripe to find out what a key may", async () => {
    const { account } = await connected();
    const { tables } = account.account;
    const written = ["customer", "checkout.session", "billing_portal.session", "webhook_endpoint"] as const;
    for (const kind of written) expect(tables[kind].all(), kind).toEqual([]);
  });

  it("is refused, naming each permission, for a key that lacks some", async () => {
    const t = await freshTenant();
    const account = stripe.addAccount();
    const key = account.addKey(new Set(["rak_plan_read", "rak_product_read"]));
    const before = await t.rows();
    await expect(connectStripe(t.ctx, { key, webhookSecret: SECRET })).rejects.toMatchObject({
      code: "invalid",
      fields: { key: expect.stringMatching(/Customers: write.*Subscriptions: read.*Customer portal: write/) },
    });
    await expect(connectStripe(t.ctx, { key, webhookSecret: SECRET })).rejects.not.toMatchObject({
      message: expect.stringMatching(/Prices/),
    });
    expect(await t.rows()).toEqual(before);
  });

  it.each([
    ["rk_test_nobodyknowsthisone", "key", /not accepted by Stripe/],
    ["pk_test_0123456789", "key", /begins with rk_live_ or rk_test_/],
    ["", "key", /missing/],
  ])("is refused for the key %j", async (key, field, words) => {
    const t = await freshTenant();
    const before = await t.rows();
    await expect(connectStripe(t.ctx, { key, webhookSecret: SECRET })).rejects.toMatchObject({
      code: "invalid",
      fields: { [field]: expect.stringMatching(words) },
    });
    expect(await t.rows()).toEqual(before);
  });

  it("is refused while Stripe is away, in words that say so", async () => {
    const t = await freshTenant();
    const account = stripe.addAccount();
    // The SDK tries twice more.
    stripe.fail({ status: 500, times: 3, path: /v1\/account$/ });
    await expect(connectStripe(t.ctx, { key: account.key, webhookSecret: SECRET })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await connection(t)).toBeNull();
  });

  it("makes the endpoint in the account where no secret is given, with the events that it needs", async () => {
    const t = await freshTenant();
    const account = stripe.addAccount();
    await connectStripe(t.ctx, { key: account.key });
    const [endpoint, ...others] = account.account.tables.webhook_endpoint.all();
    expect(others).toEqual([]);
    expect(endpoint).toMatchObject({
      url: expect.stringContaining(`/api/stripe/webhook/${t.tenant.slug}`),
      enabled_events: [...WEBHOOK_EVENTS],
    });
    const opened = await findAccountOf(t.tenant.id);
    expect(opened?.webhookSecret).toMatch(/^whsec_/);
  });

  it("takes that endpoint back when the account is disconnected, and says where one stays", async () => {
    const [t, account] = [await freshTenant(), stripe.addAccount()];
    const endpoints = () => account.account.tables.webhook_endpoint.all().length;
    await connectStripe(t.ctx, { key: account.key });
    expect(endpoints()).toBe(1);
    expect(await disconnectStripe(t.ctx)).toMatchObject({ endpointLeft: false });
    expect(endpoints()).toBe(0);
    await connectStripe(t.ctx, { key: account.key });
    account.account.tables.webhook_endpoint.remove(account.account.tables.webhook_endpoint.all()[0]?.id ?? "");
    expect(await disconnectStripe(t.ctx), "deleted there meanwhile").toMatchObject({ endpointLeft: true });
    expect(await connection(t)).toBeNull();
  });

  it("whose key can't be opened here is said so, is set anew, and can be disconnected", async () => {
    const [t, account] = [await freshTenant(), stripe.addAccount()];
    await connectStripe(t.ctx, { key: account.key });
    const sealedElsewhere = { restrictedKeyEncrypted: Buffer.from("sealed with the key of another instance") };
    const lose = () => db().stripeConnection.update({ where: { tenantId: t.tenant.id }, data: sealedElsewhere });
    await lose();
    const words = { code: "conflict", message: expect.stringContaining("can't be opened here") };
    await expect(checkConnection(t.ctx)).rejects.toMatchObject(words);
    await expect(stripeOf(t.tenant.id)).rejects.toMatchObject(words);
    await rotateKey(t.ctx, { key: account.key });
    expect(await checkConnection(t.ctx)).toMatchObject({ accountId: account.id });
    await lose();
    expect(await disconnectStripe(t.ctx)).toMatchObject({ endpointLeft: true });
    expect(await connection(t)).toBeNull();
  });

  it("is made once: of two at once, one succeeds and the other leaves no endpoint behind", async () => {
    const t = await freshTenant();
    const account = stripe.addAccount();
    const both = await Promise.allSettled(
      [1, 2].map(() => connectStripe({ ...t.ctx, requestId: `${Math.random()}` }, { key: account.key })),
    );
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(account.account.tables.webhook_endpoint.all()).toHaveLength(1);
  });

  it("takes another key of the same account, and none of another", async () => {
    const { t, account } = await connected();
    const next = account.addKey("all", "rk_test_anotherkey0001");
    await rotateKey(t.ctx, { key: next });
    expect(await connection(t)).toMatchObject({ keyHint: "rk_test_…0001", accountId: account.id });
    const { key: foreign } = stripe.addAccount();
    await expect(rotateKey(t.ctx, { key: foreign })).rejects.toMatchObject({ code: "invalid" });
    expect(await connection(t)).toMatchObject({ keyHint: "rk_test_…0001" });
    await rotateWebhookSecret(t.ctx, { webhookSecret: "whsec_fedcba9876543210" });
    expect((await findAccountOf(t.tenant.id))?.webhookSecret).toBe("whsec_fedcba9876543210");
    expect(await t.lastAudit()).toMatchObject({ action: "billing.rotated", after: { what: "webhook secret" } });
  });

  it("checks the stored key on demand", async () => {
    const { t, account } = await connected();
    expect(await checkConnection(t.ctx)).toMatchObject({ accountId: account.id, missing: [] });
    account.revokeKey(account.key);
    await expect(checkConnection(t.ctx)).rejects.toMatchObject({ code: "invalid" });
  });

  it("belongs to the owner: others are refused, and nothing changes", async () => {
    const { t, account } = await connected();
    const before = await t.rows();
    for (const role of ["manager", "operator", "readonly"] as const) {
      const ctx = t.as(role);
      for (const attempt of [
        () => connectStripe(ctx, { key: account.key, webhookSecret: SECRET }),
        () => rotateKey(ctx, { key: account.key }),
        () => rotateWebhookSecret(ctx, { webhookSecret: SECRET }),
        () => setRefundRule(ctx, { partialRefundEnds: true }),
        () => checkConnection(ctx),
        () => disconnectStripe(ctx),
      ]) {
        await expect(attempt(), role).rejects.toMatchObject({ code: "forbidden", reason: "billing.connect" });
      }
    }
    expect(await t.rows()).toEqual(before);
  });

  it("lets what was subscribed to end with its period once it is gone, and takes it up when it is back", async () => {
    const { t, account } = await connected();
    const customer = account.customer();
    await db().member.update({ where: { id: t.member.id }, data: { stripeCustomerId: customer.id } });
    await db().subscription.deleteMany({ where: { memberId: t.member.id } });
    const [plan, addOn] = [account.price(), account.price({ interval: "month" })];
    const price = { tenantId: t.tenant.id, currency: "usd", name: "x", unitAmount: 1900n, interval: "month" };
    await db().stripePrice.createMany({
      data: [
        { ...price, priceId: plan.id, membership: true },
        { ...price, priceId: addOn.id },
      ],
    });
    const mapping = { tenantId: t.tenant.id, priceId: addOn.id, productId: t.product.id };
    await db().stripePriceMapping.create({ data: mapping });
    account.buy(customer.id, [plan.id, addOn.id]);
    const read = async () => {
      const account = await findAccountOf(t.tenant.id);
      if (!account) throw new Error("not connected");
      await refreshCustomer(account, customer.id);
      return state();
    };
    const state = async () => ({
      subscription: await db().subscription.findFirstOrThrow({ where: { memberId: t.member.id } }),
      grant: await db().entitlement.findFirstOrThrow({ where: { memberId: t.member.id, revokedAt: null } }),
    });
    const held = await read();
    expect(held).toMatchObject({ subscription: { endedAt: null }, grant: { expiresAt: null } });
    const end = held.subscription.currentPeriodEnd;

    expect(await previewDisconnect(t.ctx)).toEqual({ ending: 1, lasting: 0 });
    expect(await disconnectStripe(t.ctx)).toEqual({ ending: 1, endpointLeft: true });
    expect(await state()).toMatchObject({ subscription: { endedAt: end }, grant: { expiresAt: end } });
    expect(await connection(t)).toBeNull();
    await expect(stripeOf(t.tenant.id)).rejects.toMatchObject({ code: "conflict" });

    await connectStripe(t.ctx, { key: account.key, webhookSecret: SECRET });
    expect(await read()).toMatchObject({ subscription: { endedAt: null }, grant: { expiresAt: null } });
  });
});
