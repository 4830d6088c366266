import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { deliverEvents, freshTenant, newUser, withShop } from "#lib/testing/index.ts";
import { forgetEvents } from "./forget-events.ts";
import { listEvents, viewEvent } from "./list-events.ts";
import { convergeDrift, reportDrift, viewDrift } from "./reconcile.ts";
import { replayEvent } from "./replay-event.ts";
import { retryStripeEvents } from "./retry-events.ts";

const shop = withShop();

const comparison = async () => {
  const { drift, problem } = await viewDrift(shop.t.as("readonly"));
  if (!drift) throw new Error(problem);
  return drift;
};
const kinds = async () => (await comparison()).drifted.map(({ differences }) => differences.map(({ kind }) => kind));

/** A customer of each kind: bought and never told of, given and no more at Stripe, otherwise than it is, unknown. */
async function makeDrift() {
  shop.subscribed([shop.plan, shop.addOn]);
  const [ben, cleo] = [await shop.t.addCustomer(), await shop.t.addCustomer()];
  const canceled = shop.bought([shop.plan, shop.addOn], ben.customer).subscription?.id ?? "";
  const late = shop.bought([shop.plan], cleo.customer).subscription?.id ?? "";
  await shop.refresh(ben.customer);
  await shop.refresh(cleo.customer);
  shop.t.account.cancel(canceled);
  shop.t.account.pastDue(late);
  const dan = await newUser({ emailVerifiedAt: new Date() });
  shop.bought([shop.lifetime], shop.t.account.customer({ email: dan.email }).id);
  return { ben, cleo, dan };
}

/** A tenant whose Stripe account was connected with another PURSER_SECRET. */
async function unreadableTenant(): Promise<string> {
  const { tenant } = await freshTenant();
  const bytes = Buffer.from("sealed with the key of another instance");
  await db().stripeConnection.create({
    data: {
      ...{ tenantId: tenant.id, accountId: "acct_unreadable", keyHint: "abcd", livemode: false },
      ...{ restrictedKeyEncrypted: bytes, webhookSecretEncrypted: bytes },
    },
  });
  return tenant.id;
}

describe("drift", () => {
  it("is none where the ledger holds what was paid for, whatever an admin gave", async () => {
    shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    await grantEntitlement(shop.t.ctx, { memberId: shop.ana.id, productId: shop.t.product.id });
    expect(await comparison()).toMatchObject({ customers: 1, drifted: [] });
  });

  it("is what is missing, extra, different and unknown, and one click takes it away", async () => {
    const { ben, dan } = await makeDrift();
    const before = await comparison();
    expect(before.counts).toEqual({ missing: 2, extra: 1, different: 2, unknown: 1 });
    const done = await convergeDrift(shop.t.as("manager"), { fingerprint: before.fingerprint });
    expect(done).toEqual({ customers: 4, left: 0 });
    expect([await shop.pull(), await shop.pull(ben), await shop.pull({ userId: dan.id })]).toEqual([
      "allowed",
      "membership_inactive",
      "allowed",
    ]);
    expect(await kinds()).toEqual([]);
    expect(await shop.t.lastAudit()).toMatchObject({ action: "billing.reconciled", after: { customers: 4, left: 0 } });
    expect(await shop.deeds()).toEqual(expect.arrayContaining(["entitlement.revoked canceled stripe"]));
  });

  it("is found by refunds and disputes, and asks for no charge that nobody reversed", async () => {
    const ben = await shop.t.addCustomer();
    const { payment } = shop.bought([shop.lifetime]);
    const id = shop.bought([shop.plan, shop.addOn], ben.customer).subscription?.id ?? "";
    await deliverEvents(shop.t);
    shop.t.account.refund(payment ?? "");
    shop.t.account.dispute(id);
    const from = shop.stripe.calls.length;
    expect((await comparison()).drifted.flatMap(({ differences }) => differences.map(({ fix }) => fix)).sort()).toEqual(
      ["active → ended", "end it: disputed", "end it: refunded", "lifetime → ended"],
    );
    expect(shop.stripe.calls.slice(from).filter(({ path }) => path.includes("charges"))).toEqual([]);
  });

  it("is not converged by whoever looked at an older comparison", async () => {
    await makeDrift();
    const { fingerprint } = await comparison();
    shop.bought([shop.lifetime]);
    const before = await shop.t.rows();
    await expect(convergeDrift(shop.t.ctx, { fingerprint })).rejects.toMatchObject({ code: "conflict" });
    expect(await shop.t.rows()).toEqual(before);
  });

  it("is converged by nobody without the right, and looked at by nobody outside the team", async () => {
    const { fingerprint } = await comparison();
    const before = await shop.t.rows();
    await expect(convergeDrift(shop.t.as("operator"), { fingerprint })).rejects.toMatchObject({ code: "forbidden" });
    await expect(viewDrift(shop.t.as(null))).rejects.toMatchObject({ code: "forbidden" });
    expect(await shop.t.rows()).toEqual(before);
  });

  it("is only told by the nightly comparison: in the audit log, and nothing else changes", async () => {
    await makeDrift();
    const before = await shop.t.rows();
    expect((await reportDrift()).drifted).toBeGreaterThan(0);
    expect(await shop.t.rows()).toEqual(before);
    expect(await shop.t.lastAudit()).toMatchObject({ action: "billing.drift_found", actor: "system" });
    expect(await shop.pull()).toBe("membership_inactive");
  });

  it("is told of the others where one tenant's key can't be opened", async () => {
    await unreadableTenant();
    await makeDrift();
    expect((await reportDrift()).drifted).toBeGreaterThan(0);
    expect(await shop.t.lastAudit()).toMatchObject({ action: "billing.drift_found" });
  });

  it("can't be looked at without an account, or while Stripe is away, and says why", async () => {
    const { ctx } = await freshTenant();
    expect((await viewDrift(ctx)).problem).toMatch(/No Stripe account is connected/);
    shop.stripe.fail({ status: 500, times: 3, path: /disputes/ });
    expect((await viewDrift(shop.t.ctx)).problem).toMatch(/Stripe/);
  });
});

describe("an event", () => {
  const theEvent = () =>
    shop.t.account.events().findLast(({ type }) => type === "customer.subscription.created")?.id ?? "";

  it("that never came is fetched from Stripe by its id, and replayed again changes nothing", async () => {
    shop.subscribed([shop.plan, shop.addOn]);
    const eventId = theEvent();
    const { outcome } = await replayEvent(shop.t.as("manager"), { eventId });
    expect(outcome).toBe("1 membership added, 1 grant given");
    expect(await shop.pull()).toBe("allowed");
    expect((await replayEvent(shop.t.as("manager"), { eventId })).outcome).toBe("nothing changed");
    expect(await shop.t.lastAudit()).toMatchObject({ action: "billing.event_replayed", after: { fetched: false } });
  });

  it("is replayed by nobody without the right, and not where nobody knows it", async () => {
    const eventId = "evt_of_nobody";
    await expect(replayEvent(shop.t.as("operator"), { eventId })).rejects.toMatchObject({ code: "forbidden" });
    await expect(replayEvent(shop.t.ctx, { eventId })).rejects.toMatchObject({ code: "not_found" });
    await expect(replayEvent(shop.t.ctx, { eventId: "sub_1" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("that failed is worked on again by the job once it is due, and not before", async () => {
    // One whose key can't be opened comes first, and keeps nobody waiting.
    const tenantId = await unreadableTenant();
    const old = { receivedAt: new Date(Date.now() - 3_600_000), happenedAt: new Date(), livemode: false, payload: {} };
    await db().stripeEvent.create({ data: { tenantId, id: "evt_unreadable", type: "invoice.paid", ...old } });
    shop.subscribed([shop.plan, shop.addOn]);
    const only = [theEvent()];
    shop.stripe.fail({ status: 503, times: 3, path: /subscriptions/ });
    await expect(deliverEvents(shop.t, { only: ({ id }) => only.includes(id) })).rejects.toThrow(/Stripe/);
    await retryStripeEvents();
    expect((await listEvents(shop.t.ctx, { state: "failed" })).events).toMatchObject([{ attempts: 1 }]);
    const earlier = new Date(Date.now() - 120_000);
    await db().stripeEvent.updateMany({ where: { tenantId: shop.t.tenant.id }, data: { receivedAt: earlier } });
    await retryStripeEvents();
    expect(await viewEvent(shop.t.ctx, only[0] ?? "")).toMatchObject({ state: "done", attempts: 2, error: null });
    expect(await shop.pull()).toBe("allowed");
    const unreadable = await db().stripeEvent.findFirstOrThrow({ where: { tenantId } });
    expect(unreadable).toMatchObject({ attempts: 2, error: expect.stringContaining("can't be opened") });
  });

  it("is forgotten ninety days after it came, once it is done, and replaying it says so", async () => {
    shop.subscribed([shop.plan, shop.addOn]);
    await deliverEvents(shop.t);
    const eventId = theEvent();
    const where = { tenantId: shop.t.tenant.id };
    await db().stripeEvent.updateMany({ where, data: { receivedAt: new Date(Date.now() - 91 * 86_400_000) } });
    const [open] = await db().stripeEvent.findMany({ where: { ...where, id: { not: eventId } } });
    const { id } = open ?? { id: "" };
    await db().stripeEvent.updateMany({ where: { ...where, id }, data: { processedAt: null } });
    const counted = await db().stripeEvent.count({ where });
    expect(counted).toBeGreaterThan(2);
    await forgetEvents({ now: new Date(Date.now() - 2 * 86_400_000) });
    expect(await db().stripeEvent.count({ where })).toBe(counted);
    await forgetEvents();
    expect(await db().stripeEvent.findMany({ where, select: { id: true } })).toEqual([{ id }]);
    shop.t.account.account.tables.event.remove(eventId);
    await expect(replayEvent(shop.t.ctx, { eventId })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringMatching(/90 days/),
    });
    expect(await shop.pull()).toBe("allowed");
  });

  it("is listed with the others newest first, page by page, and found by a part of its id, type or customer", async () => {
    shop.subscribed([shop.plan]);
    await deliverEvents(shop.t);
    const all = (await listEvents(shop.t.as("readonly"), { limit: 200 })).events.map(({ id }) => id);
    expect(all.length).toBeGreaterThan(4);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listEvents(shop.t.ctx, { limit: 2, after });
      seen.push(...page.events.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toEqual(all);
    const found = await listEvents(shop.t.ctx, { search: "SUBSCRIPTION.CREATED" });
    expect(found.events.map(({ id }) => id)).toEqual([theEvent()]);
    expect((await listEvents(shop.t.ctx, { search: "%" })).events).toEqual([]);
    expect((await listEvents((await freshTenant()).ctx)).events).toEqual([]);
    await expect(viewEvent((await freshTenant()).ctx, theEvent())).rejects.toMatchObject({ code: "not_found" });
  });
});
