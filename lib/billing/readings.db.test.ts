import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { updateTenant } from "#lib/tenancy/index.ts";
import { daysAgo, deliverEvents, withShop } from "#lib/testing/index.ts";
import { readAndApply, refreshCustomer } from "./refresh-customer.ts";
import { rereadCustomers } from "./reread-customers.ts";

const shop = withShop();

describe("readings of one customer", () => {
  it("are applied in the order in which they began: one that comes late changes nothing", async () => {
    const id = shop.subscribed([shop.plan, shop.addOn]);
    const [read, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const late = readSlowly(async () => {
      read.resolve();
      await gate.promise;
    });
    await read.promise;
    shop.t.account.cancel(id);
    await shop.refresh();
    expect(await shop.pull()).toBe("membership_inactive");
    gate.resolve();
    expect(await late).toMatchObject({ outcome: "a later reading was applied", changes: 0 });
    expect(await shop.pull()).toBe("membership_inactive");
  });

  it("are shared by what comes while one is under way, and see what it was about", async () => {
    const calls = () => shop.stripe.calls.filter(({ path }) => path === "/v1/subscriptions").length;
    const before = calls();
    // All of them come before the first is let go: none has anything else to wait for.
    const account = await shop.account();
    const refresh = () => refreshCustomer(account, shop.ana.customer);
    const hold = shop.stripe.hold(/GET \/v1\/subscriptions$/);
    const first = refresh();
    await hold.reached;
    shop.bought([shop.plan, shop.addOn]);
    const others = Promise.all(Array.from({ length: 30 }, refresh));
    hold.release();
    expect((await first).outcome).toBe("nothing changed");
    expect(new Set((await others).map(({ outcome }) => outcome))).toEqual(
      new Set(["1 membership added, 1 grant given"]),
    );
    expect(calls() - before).toBe(2);
  });
});

describe("other days of grace", () => {
  it("hold for what is past due already, once the job has read it again", async () => {
    const id = shop.subscribed([shop.plan, shop.addOn]);
    shop.t.account.pastDue(id, daysAgo(2));
    await shop.refresh();
    const settings = { name: shop.t.tenant.name, graceDays: 1, storefrontEnabled: false, endlessTokens: false };
    expect(await shop.pull()).toBe("warned");
    await updateTenant(shop.t.ctx, settings);
    await rereadCustomers();
    expect((await shop.grants()).filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
    await updateTenant(shop.t.ctx, { ...settings, graceDays: 30 });
    await rereadCustomers();
    expect(await shop.pull()).toBe("warned");
  });
});

/** A reading of another process, whose answers from Stripe are old by the time that they arrive. */
async function readSlowly(arriving: () => Promise<void>) {
  const { hostname: host, port } = new URL(shop.stripe.url);
  const late: typeof fetch = async (...call) => {
    const answer = await fetch(...call);
    await arriving();
    return answer;
  };
  const httpClient = Stripe.createFetchHttpClient(late);
  const stripe = new Stripe(shop.t.account.key, { host, port, protocol: "http", httpClient, telemetry: false });
  const account = { ...(await shop.account()), stripe };
  return readAndApply({ account, customerId: shop.ana.customer, eventIds: [], requestId: "other" });
}

describe("five events", () => {
  it("lead to the same state in all 120 orders of their delivery", async () => {
    const [seats, id] = [
      shop.t.account.price({ name: "Seats", amount: 100 }).id,
      shop.subscribed([shop.plan, shop.addOn]),
    ];
    shop.t.account.addPrice(id, seats);
    shop.t.account.pastDue(id, daysAgo(2));
    shop.t.account.pay(id);
    shop.bought([shop.lifetime]);
    shop.t.account.cancelAtPeriodEnd(id);
    const types = ["customer.subscription.created", "invoice.payment_failed", "customer.subscription.updated"];
    const all = shop.t.account.events();
    const five = [
      ...types.map((type) => all.filter((event) => event.type === type).at(-1)),
      all.find(({ type }) => type === "checkout.session.completed"),
      all.findLast(({ type }) => type === "invoice.paid"),
    ].filter((event) => event !== undefined);
    expect(new Set(five.map((event) => event.id)).size).toBe(5);

    const states = new Set<string>();
    for (const order of permutations(five)) {
      await forget();
      for (const event of order) await deliverEvents(shop.t, { events: [event] });
      states.add(await stateNow());
    }
    expect([...states]).toEqual([expect.stringContaining('"granted":2')]);
  }, 120_000);

  /** Everything that the events led to. */
  async function forget(): Promise<void> {
    const where = { tenantId: shop.t.tenant.id };
    await db().stripeEvent.deleteMany({ where });
    await db().subscription.deleteMany({ where: { ...where, memberId: shop.ana.id } });
    // The ledger keeps its rows: ended ones count no more.
    const ended = { revokedAt: new Date(), revokedBy: "test", revokeReason: "forgotten", sourceRef: "forgotten" };
    await db().entitlement.updateMany({ where: { ...where, revokedAt: null }, data: ended });
    await db().entitlement.updateMany({ where, data: ended });
  }

  async function stateNow(): Promise<string> {
    const rows = await db().subscription.findMany({ where: { memberId: shop.ana.id }, orderBy: { id: "asc" } });
    const held = await db().entitlement.findMany({
      where: { memberId: shop.ana.id, sourceRef: { not: "forgotten" } },
      orderBy: { sourceRef: "asc" },
    });
    const events = await db().stripeEvent.count({ where: { tenantId: shop.t.tenant.id, processedAt: { not: null } } });
    const shown = rows.map(({ id: _id, createdAt: _at, ...row }) => row);
    const grants = held.map(({ id: _id, grantedAt: _at, ...row }) => row);
    return JSON.stringify({ granted: grants.length, events, shown, grants, pull: await shop.pull() });
  }
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
