import { describe, expect, it } from "vitest";
import { aSubscription, aTenant, facts, NOW } from "./facts.fixture.ts";
import { entitle, type Facts } from "./index.ts";

const DAY_MS = 86_400_000;
const at = (offsetMs: number) => new Date(NOW.getTime() + offsetMs);
const reasonOf = (changes: Partial<Facts>) => entitle(facts(changes)).reason ?? "allowed";

describe("good standing", () => {
  it.each([
    ["active", true],
    ["trialing", true],
    ["incomplete", false],
    ["incomplete_expired", false],
    ["unpaid", false],
    ["canceled", false],
    ["paused", false],
    ["past_due", false],
    ["a word Stripe adds later", false],
    [null, false],
  ])("of a Stripe subscription that is %s: %s", (status, good) => {
    expect(entitle(facts({ subscriptions: [aSubscription({ status })] })).allowed).toBe(good);
  });

  it.each(["lifetime", "complimentary"] as const)("of a %s one holds until it ended", (kind) => {
    const until = (endedAt: Date | null) =>
      entitle(facts({ subscriptions: [aSubscription({ kind, status: null, endedAt })] }));
    expect(until(null).allowed).toBe(true);
    expect(until(at(1)).allowed).toBe(true);
    expect(until(NOW).allowed).toBe(false);
    expect(until(at(-1)).allowed).toBe(false);
  });

  it("is not held up by an active one that has ended", () => {
    expect(reasonOf({ subscriptions: [aSubscription({ endedAt: NOW })] })).toBe("membership_inactive");
  });

  it("needs one good subscription among bad ones", () => {
    const bad = aSubscription({ status: "canceled" });
    expect(reasonOf({ subscriptions: [bad, aSubscription({ kind: "lifetime", status: null }), bad] })).toBe("allowed");
  });
});

describe("the days of grace", () => {
  const pastDue = (sinceMs: number) => [aSubscription({ status: "past_due", pastDueSince: at(sinceMs) })];

  it("end to the millisecond", () => {
    expect(reasonOf({ subscriptions: pastDue(-7 * DAY_MS + 1) })).toBe("allowed");
    expect(reasonOf({ subscriptions: pastDue(-7 * DAY_MS) })).toBe("membership_inactive");
    expect(reasonOf({ subscriptions: pastDue(-7 * DAY_MS - 1) })).toBe("membership_inactive");
  });

  it("are the tenant's own number, and may be none", () => {
    const tenant = (graceDays: number) => aTenant({ graceDays });
    expect(reasonOf({ tenant: tenant(30), subscriptions: pastDue(-29 * DAY_MS) })).toBe("allowed");
    expect(reasonOf({ tenant: tenant(0), subscriptions: pastDue(0) })).toBe("membership_inactive");
  });

  it("warn with the date on which access ends", () => {
    const decision = entitle(facts({ subscriptions: pastDue(-2 * DAY_MS) }));
    expect(decision.warning).toBe(
      `membership past due, access ends ${at(5 * DAY_MS)
        .toISOString()
        .slice(0, 10)}`,
    );
  });

  it("warn with the last date where there are several", () => {
    const decision = entitle(facts({ subscriptions: [...pastDue(-6 * DAY_MS), ...pastDue(-1 * DAY_MS)] }));
    expect(decision.warning).toContain(
      at(6 * DAY_MS)
        .toISOString()
        .slice(0, 10),
    );
  });

  it("warn of nothing where something better holds access", () => {
    expect(entitle(facts({ subscriptions: [...pastDue(-2 * DAY_MS), aSubscription()] })).warning).toBeUndefined();
    expect(entitle(facts({ subscriptions: pastDue(-2 * DAY_MS), team: "owner" })).warning).toBeUndefined();
  });
});
