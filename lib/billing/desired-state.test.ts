import { describe, expect, it } from "vitest";
import {
  type CustomerSnapshot,
  desiredState,
  KEPT,
  type PurchaseSeen,
  type Rules,
  type SubscriptionSeen,
} from "./desired-state.ts";

const at = (day: number) => new Date(Date.UTC(2026, 10, day));

const RULES: Rules = {
  prices: new Map([
    ["monthly", { membership: true, name: "Monthly" }],
    ["lifetime", { membership: true, name: "Lifetime" }],
    ["addon", { membership: false, name: "Add-on" }],
  ]),
  mappings: new Map([
    ["monthly", ["p-basic"]],
    ["addon", ["p-premium", "p-extra"]],
    ["lifetime", ["p-premium"]],
  ]),
  graceDays: 7,
  partialRefundEnds: false,
};

function subscription(over: Partial<SubscriptionSeen> = {}, priceIds: string[] = ["monthly"]): SubscriptionSeen {
  return {
    id: "sub_1",
    status: "active",
    items: priceIds.map((priceId) => ({ priceId, periodEnd: at(30) })),
    cancelAt: null,
    pastDueSince: null,
    endedAt: null,
    reversal: KEPT,
    ...over,
  };
}

const purchase = (priceIds: string[], over: Partial<PurchaseSeen> = {}): PurchaseSeen => ({
  reference: "pi_1",
  priceIds,
  reversal: KEPT,
  ...over,
});

function stateOf(seen: Partial<Omit<CustomerSnapshot, "customerId">>, rules: Partial<Rules> = {}) {
  const state = desiredState(
    { customerId: "cus_1", subscriptions: [], purchases: [], ...seen },
    { ...RULES, ...rules },
  );
  return {
    memberships: state.memberships.map(({ reference, status, ended }) => [reference, status, ended?.reason ?? !ended]),
    grants: state.grants.map(({ productId, expiresAt }) => [productId, expiresAt?.toISOString().slice(0, 10) ?? null]),
    endings: Object.fromEntries(state.endings),
  };
}

describe("what the ledger should hold", () => {
  it.each(["active", "trialing"] as const)(
    "of a subscription that is %s: its membership and its products",
    (status) => {
      expect(stateOf({ subscriptions: [subscription({ status })] })).toEqual({
        memberships: [["sub_1", status, true]],
        grants: [["p-basic", null]],
        endings: {},
      });
    },
  );

  it("of one past due: the same until the days of grace are over", () => {
    const seen = subscription({ status: "past_due", pastDueSince: at(1) });
    expect(stateOf({ subscriptions: [seen] })).toMatchObject({
      memberships: [["sub_1", "past_due", true]],
      grants: [["p-basic", "2026-11-08"]],
    });
    expect(stateOf({ subscriptions: [seen] }, { graceDays: 0 }).grants).toEqual([["p-basic", "2026-11-01"]]);
  });

  it.each(["unpaid", "paused", "canceled"] as const)("of one that is %s: its row alone", (status) => {
    expect(stateOf({ subscriptions: [subscription({ status })] })).toMatchObject({
      memberships: [["sub_1", status, status !== "canceled"]],
      grants: [],
      endings: { sub_1: status },
    });
  });

  it.each(["incomplete", "incomplete_expired"] as const)("of one that is %s: nothing", (status) => {
    expect(stateOf({ subscriptions: [subscription({ status })] })).toMatchObject({ memberships: [], grants: [] });
  });

  it("of add-ons alone: their products, and no membership", () => {
    expect(stateOf({ subscriptions: [subscription({}, ["addon"])] })).toMatchObject({
      memberships: [],
      grants: [
        ["p-premium", null],
        ["p-extra", null],
      ],
    });
  });

  it("of prices that mean nothing here: nothing", () => {
    const seen = { subscriptions: [subscription({}, ["other"])], purchases: [purchase(["other"])] };
    expect(stateOf(seen)).toEqual({ memberships: [], grants: [], endings: {} });
  });

  it("of a payment: a lifetime where it was for a plan, its products in any case", () => {
    expect(stateOf({ purchases: [purchase(["lifetime"])] })).toMatchObject({
      memberships: [["pi_1", null, true]],
      grants: [["p-premium", null]],
    });
    expect(stateOf({ purchases: [purchase(["addon"])] })).toMatchObject({ memberships: [], grants: [{}, {}] });
  });

  it("of two prices for one product in one subscription: one grant", () => {
    const mappings = new Map([
      ["monthly", ["p-premium"]],
      ["addon", ["p-premium"]],
    ]);
    const seen = subscription({}, ["monthly", "addon"]);
    expect(stateOf({ subscriptions: [seen] }, { mappings }).grants).toEqual([["p-premium", null]]);
  });

  it.each([
    [{ refunded: "full", disputed: false }, false, "refunded"],
    [{ refunded: "part", disputed: false }, true, "refunded"],
    [{ refunded: "part", disputed: false }, false, true],
    [{ refunded: "none", disputed: true }, false, "disputed"],
    [{ refunded: "full", disputed: true }, false, "disputed"],
  ] as const)("of a payment that was %o (in part ends it: %s): %s", (reversal, partialRefundEnds, ended) => {
    const seen = { subscriptions: [subscription({ reversal })], purchases: [purchase(["lifetime"], { reversal })] };
    expect(stateOf(seen, { partialRefundEnds })).toMatchObject({
      memberships: [
        ["sub_1", "active", ended],
        ["pi_1", null, ended],
      ],
      grants: ended === true ? [{}, {}] : [],
    });
  });

  it("is told when a membership ends by itself", () => {
    const snapshot = { customerId: "c", purchases: [], subscriptions: [subscription({ cancelAt: at(20) })] };
    expect(desiredState(snapshot, RULES).memberships[0]).toMatchObject({
      cancelAtPeriodEnd: true,
      currentPeriodEnd: at(20),
      plan: "Monthly",
    });
  });
});
