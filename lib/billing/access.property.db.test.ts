import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { grantEntitlement, revokeEntitlement } from "#lib/entitlements/index.ts";
import { daysAgo, deliverEvents, withShop } from "#lib/testing/index.ts";
import {
  type Bought,
  type Customer,
  mayPull,
  newCustomer,
  type Price,
  type Subscribed,
  untouched,
} from "./access-model.fixture.ts";
import { findDrift } from "./drift.ts";
import { isOurs } from "./event-customer.ts";
import { replayEvent } from "./replay-event.ts";

const shop = withShop();

/** What is going on: the model, Stripe's ids of the prices, and the disputes that are open, by payment. */
interface World {
  model: Customer;
  prices: Record<Price, string>;
  disputes: Map<object, string>;
}

type Deed = (world: World, pick: number) => unknown;

const any = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];
const live = ({ model }: World) => model.subscriptions.filter(({ status }) => status !== "over");
const inState = (world: World, ...states: Subscribed["status"][]) =>
  live(world).filter(({ status }) => states.includes(status));
const clean = ({ payment }: { payment: Subscribed["payment"] }) => payment.refunded === "no" && !payment.disputed;

/** Everything that can happen, and what the model makes of it; undefined where there is nothing that it could happen to. */
const DEEDS: Record<string, Deed> = {
  subscribe: ({ model, prices }, pick) => {
    if (model.subscriptions.length > 2) return;
    const chosen = ([["plan"], ["addOn"], ["plan", "addOn"]] as Price[][])[pick % 3] ?? [];
    const id = shop.subscribed(chosen.map((price) => prices[price]));
    model.subscriptions.push({ id, prices: new Set(chosen), status: "paid", lateDays: 0, payment: untouched() });
  },
  buyOnce: ({ model, prices }, pick) => {
    if (model.purchases.length > 2) return;
    const price: Price = pick % 2 === 0 ? "lifetime" : "pack";
    const id = shop.bought([prices[price]]).payment ?? "";
    model.purchases.push({ id, price, payment: untouched() });
  },
  add: (world, pick) => {
    const subscription = any(inState(world, "paid").filter(clean), pick);
    const price = (["plan", "addOn"] as const).find((each) => !subscription?.prices.has(each));
    if (!subscription || !price) return;
    shop.t.account.addPrice(subscription.id, world.prices[price]);
    subscription.prices.add(price);
  },
  remove: (world, pick) => {
    const subscription = any(
      live(world).filter(({ prices }) => prices.size > 1),
      pick,
    );
    const price = subscription && any([...subscription.prices], pick);
    if (!price) return;
    shop.t.account.removePrice(subscription.id, world.prices[price]);
    subscription.prices.delete(price);
  },
  fallLate: (world, pick) => {
    const subscription = any(inState(world, "paid"), pick);
    if (!subscription) return;
    const lateDays = pick % 2 === 0 ? 2 : 9;
    shop.t.account.pastDue(subscription.id, daysAgo(lateDays));
    Object.assign(subscription, { status: "late", lateDays });
  },
  giveUp: (world, pick) => change(any(inState(world, "late"), pick), "unpaid", { status: "given up" }),
  pay: (world, pick) =>
    change(any(inState(world, "late", "given up"), pick), "pay", { status: "paid", payment: untouched() }),
  renew: (world, pick) => change(any(inState(world, "paid"), pick), "renew", { payment: untouched() }),
  pause: (world, pick) => change(any(inState(world, "paid"), pick), "pause", { status: "paused" }),
  resume: (world, pick) =>
    change(any(inState(world, "paused"), pick), "resume", { status: "paid", payment: untouched() }),
  cancel: (world, pick) => change(any(live(world), pick), "cancel", { status: "over" }),
  endLater: (world, pick) => change(any(inState(world, "paid"), pick), "cancelAtPeriodEnd", {}),
  refund: (world, pick) => {
    const sale = any(
      sales(world).filter(({ payment }) => payment.refunded !== "whole" && !payment.disputed),
      pick,
    );
    if (!sale) return;
    shop.t.account.refund(sale.id);
    sale.payment.refunded = "whole";
  },
  refundPart: (world, pick) => {
    const sale = any(sales(world).filter(clean), pick);
    if (!sale) return;
    shop.t.account.refund(sale.id, 100);
    sale.payment.refunded = "part";
  },
  dispute: (world, pick) => {
    const sale = any(
      sales(world).filter((each) => clean(each) && !world.disputes.has(each.payment)),
      pick,
    );
    if (!sale) return;
    world.disputes.set(sale.payment, shop.t.account.dispute(sale.id).id);
    sale.payment.disputed = true;
  },
  decide: (world, pick) => {
    const open = [...world.disputes].filter(([, id]) => id !== "");
    const [payment, id] = any(open, pick) ?? [];
    if (!payment || !id) return;
    const won = pick % 2 === 0;
    shop.t.account.closeDispute(id, won ? "won" : "lost");
    world.disputes.set(payment, "");
    Object.assign(payment, { disputed: !won });
  },
};

// Of what is over, nothing more is told: what became of its payments makes no difference.
const sales = (world: World): (Subscribed | Bought)[] => [...inState(world, "paid"), ...world.model.purchases];

function change(
  subscription: Subscribed | undefined,
  call: "unpaid" | "pay" | "renew" | "pause" | "resume" | "cancel" | "cancelAtPeriodEnd",
  to: Partial<Subscribed>,
): void {
  if (!subscription) return;
  shop.t.account[call](subscription.id);
  Object.assign(subscription, to);
}

/** What happens here and not at Stripe; the ledger is told by a reading. */
const HERE: Record<string, (world: World, pick: number) => Promise<unknown>> = {
  give: async ({ model }) => {
    await grantEntitlement(shop.t.ctx, { memberId: shop.ana.id, productId: shop.t.product.id });
    model.given = true;
  },
  takeBack: async ({ model }) => {
    const where = { memberId: shop.ana.id, source: "admin", revokedAt: null } as const;
    const grant = await db().entitlement.findFirst({ where });
    if (grant) await revokeEntitlement(shop.t.ctx, { entitlementId: grant.id });
    model.given = false;
  },
  setRefunds: async ({ model }, pick) => {
    model.partEnds = pick % 2 === 0;
    const data = { partialRefundEnds: model.partEnds };
    await db().stripeConnection.update({ where: { tenantId: shop.t.tenant.id }, data });
    await shop.refresh();
  },
  remap: async ({ model, prices }) => {
    const gives = !model.gives.has("addOn");
    if (gives) model.gives.add("addOn");
    else model.gives.delete("addOn");
    await shop.t.mean(prices.addOn, { gives: gives ? [shop.t.product.id] : [] });
    await shop.refresh();
  },
  replay: async (_world, pick) => {
    const event = any(await db().stripeEvent.findMany({ where: { tenantId: shop.t.tenant.id } }), pick);
    if (event) await replayEvent(shop.t.ctx, { eventId: event.id });
  },
  sendAgain: async (_world, pick) => {
    const event = any(shop.t.account.events().filter(isOurs), pick);
    if (event) await deliverEvents(shop.t, { events: [event] });
  },
};

const NAMES = [...Object.keys(DEEDS), ...Object.keys(HERE), "subscribe", "buyOnce", "fallLate", "refund"];

const aStep = fc.record({
  name: fc.constantFrom(...NAMES),
  pick: fc.nat(1000),
  /** Which of the events come now, and in what order. */
  seed: fc.integer(),
});

/** Some of what waits is delivered, one of it about the customer at least; the rest comes late, in any order. */
async function deliverSome(seed: number): Promise<void> {
  const random = seeded(seed);
  const waiting = shop.t.account.outbox.pending.filter((event) => isOurs(event));
  const sure = waiting.at(-1 - Math.floor(random() * Math.min(2, waiting.length)));
  const ids = new Set(waiting.filter((event) => event === sure || random() < 0.3).map(({ id }) => id));
  await deliverEvents(shop.t, {
    only: ({ id }) => ids.has(id),
    order: "shuffled",
    times: random() < 0.2 ? 2 : 1,
    atOnce: random() < 0.3 ? 3 : 1,
    random,
  });
}

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function expectAsModel({ model }: World, after: string): Promise<void> {
  const answer = await shop.pull();
  expect([after, answer === "allowed" || answer === "warned"]).toEqual([after, mayPull(model)]);
  const given = await db().entitlement.count({ where: { memberId: shop.ana.id, source: "admin", revokedAt: null } });
  expect([after, given]).toEqual([after, model.given ? 1 : 0]);
}

async function newWorld(): Promise<World> {
  await shop.reopen();
  const pack = shop.t.account.price({ name: "Pack", interval: null, amount: 3000 }).id;
  await shop.t.mean(pack, { gives: [shop.t.product.id] });
  const { plan, addOn, lifetime } = shop;
  return { model: newCustomer(), prices: { plan, addOn, lifetime, pack }, disputes: new Map() };
}

describe("access", () => {
  it("is what a plain model of the rules says, after whatever happens, in whatever order it is told", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 5, maxLength: 18 }), async (steps) => {
        const world = await newWorld();
        for (const [at, { name, pick, seed }] of steps.entries()) {
          await HERE[name]?.(world, pick);
          DEEDS[name]?.(world, pick);
          await deliverSome(seed);
          await expectAsModel(world, `${at} ${name}`);
        }
        await deliverEvents(shop.t, { order: "shuffled", times: 2, atOnce: 4 });
        await expectAsModel(world, "all came");
        expect((await findDrift(await shop.account(), new Date())).drifted).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 300_000);
});
