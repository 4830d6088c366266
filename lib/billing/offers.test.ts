import { describe, expect, it } from "vitest";
import { type Buyer, type Offer, whyNot } from "./offers.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const DAY = 86_400_000;
const days = (n: number) => new Date(NOW.getTime() + n * DAY);

const base = { priceId: "p", name: "x", unitAmount: 1, currency: "usd", intervalCount: 1 };
const MONTHLY: Offer = { ...base, interval: "month", membership: true, gives: [] };
const LIFETIME: Offer = { ...base, interval: null, membership: true, gives: [] };
const ADD_ON: Offer = {
  ...base,
  interval: "month",
  membership: false,
  gives: ["a", "b"].map((id) => ({ id, name: id, description: "" })),
};

const buyer = (about: Partial<Buyer> = {}): Buyer => ({
  suspendedAt: null,
  subscriptions: [],
  entitlements: [],
  graceDays: 7,
  now: NOW,
  ...about,
});
const subscribed = (status: string, about: object = {}) =>
  buyer({ subscriptions: [{ kind: "stripe", status, pastDueSince: null, endedAt: null, ...about }] });
const given = (kind: "lifetime" | "complimentary", endedAt: Date | null = null) =>
  buyer({ subscriptions: [{ kind, status: null, pastDueSince: null, endedAt }] });
const holding = (ids: string[], expiresAt: Date | null = null) => ({
  ...subscribed("active"),
  entitlements: ids.map((productId) => ({ productId, source: "admin", startsAt: null, expiresAt })),
});

describe("what somebody may buy", () => {
  it.each([
    ["a plan, signed in or not", MONTHLY, null, null],
    ["a plan, without a membership", MONTHLY, buyer(), null],
    ["a plan, after one was canceled", MONTHLY, subscribed("canceled", { endedAt: days(-1) }), null],
    ["a plan, after one was refunded though it runs on", MONTHLY, subscribed("active", { endedAt: days(-1) }), null],
    ["a plan, while another's first payment never came", MONTHLY, subscribed("incomplete"), null],
    ["a plan, after a lifetime was refunded", MONTHLY, given("lifetime", days(-1)), null],
    ["a lifetime, beside a plan that runs", LIFETIME, subscribed("active"), null],
    ["an add-on, with a membership", ADD_ON, subscribed("active"), null],
    ["an add-on, within the days of grace", ADD_ON, subscribed("past_due", { pastDueSince: days(-6) }), null],
    ["an add-on of which they have a part", ADD_ON, holding(["a"]), null],
    ["an add-on whose grants are over", ADD_ON, holding(["a", "b"], days(-1)), null],
    ["no second plan", MONTHLY, subscribed("active"), /have a membership/],
    ["no second plan beside a trial", MONTHLY, subscribed("trialing"), /have a membership/],
    [
      "no plan before the due one is paid",
      MONTHLY,
      subscribed("past_due", { pastDueSince: days(-60) }),
      /waits for its payment/,
    ],
    ["no plan beside one that is paused", MONTHLY, subscribed("paused"), /waits/],
    ["no plan beside one that was disconnected and holds", MONTHLY, subscribed("active", { endedAt: days(3) }), /have/],
    ["no plan beside a lifetime", MONTHLY, given("lifetime"), /does not end/],
    ["no lifetime beside what was given for nothing", LIFETIME, given("complimentary"), /does not end/],
    ["no add-on without a membership", ADD_ON, buyer(), /needs a membership/],
    [
      "no add-on after the days of grace",
      ADD_ON,
      subscribed("past_due", { pastDueSince: days(-8) }),
      /needs a membership/,
    ],
    ["no add-on that they have", ADD_ON, holding(["a", "b"]), /have this already/],
    ["nothing while suspended", ADD_ON, { ...subscribed("active"), suspendedAt: NOW }, /suspended/],
  ])("is %s", (...[, offer, who, words]) => {
    expect(whyNot(offer, who)).toEqual(words && expect.stringMatching(words));
  });
});
