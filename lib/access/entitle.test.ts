import { describe, expect, it } from "vitest";
import { aGrant, aSubscription, aTenant, aToken, facts, NOW } from "./facts.fixture.ts";
import { entitle, type Facts, REASONS } from "./index.ts";

const DAY_MS = 86_400_000;
const at = (offsetMs: number) => new Date(NOW.getTime() + offsetMs);
const restricted = { id: "p", visibility: "listed", requiresEntitlement: true, archivedAt: null } as const;
const hidden = { ...restricted, requiresEntitlement: false, visibility: "hidden" } as const;
const reasonOf = (changes: Partial<Facts>) => entitle(facts(changes)).reason ?? "allowed";

describe("each rule", () => {
  it("lets a member in good standing pull an open product", () => {
    expect(entitle(facts())).toMatchObject({ allowed: true, rule: "entitled", visible: true, warning: undefined });
  });

  it.each<[string, Partial<Facts>, string]>([
    ["an unknown vendor", { tenant: null }, "not_found"],
    ["an archived vendor", { tenant: aTenant({ archivedAt: NOW }) }, "not_found"],
    ["an unknown product", { product: null }, "not_found"],
    ["an archived product", { product: { ...restricted, archivedAt: NOW } }, "not_found"],
    ["a hidden product that nobody granted", { product: hidden }, "not_found"],
    ["a token without the scope", { token: aToken({ scopes: ["registry.push"] }) }, "token_scope"],
    ["a token of other products", { token: aToken({ scopes: ["registry.pull"], productIds: ["q"] }) }, "token_scope"],
    [
      "a token that is older than the vendor takes it",
      { token: aToken({ issuedAt: at(-30 * DAY_MS) }), tenant: aTenant({ tokenDaysMax: 30 }) },
      "token_scope",
    ],
    ["one of the team without the second factor", { owesSecondFactor: true, member: null }, "role_lacks"],
    ["a role that lacks the capability", { team: "readonly", capability: "registry.push" }, "role_lacks"],
    ["nobody's member", { member: null }, "not_a_member"],
    ["a member who wants to push", { capability: "registry.push" }, "role_lacks"],
    ["a member who wants to delete", { capability: "registry.delete" }, "role_lacks"],
    ["a suspended member", { member: { suspendedAt: NOW } }, "member_suspended"],
    ["a member without a subscription", { subscriptions: [] }, "membership_inactive"],
    ["a member without a grant of a restricted product", { product: restricted }, "not_entitled"],
  ])("refuses %s", (_, changes, reason) => {
    expect(entitle(facts(changes))).toMatchObject({ allowed: false, reason });
  });

  it.each<[string, Partial<Facts>]>([
    ["a granted restricted product", { product: restricted, grants: [aGrant()] }],
    ["a granted hidden product", { product: hidden, grants: [aGrant()] }],
    [
      "a token without an end where the vendor takes them",
      { token: aToken({ endless: true }), tenant: aTenant({ endlessTokens: true }) },
    ],
    [
      "a token of the last day that the vendor takes it",
      { token: aToken({ issuedAt: at(1 - 30 * DAY_MS) }), tenant: aTenant({ tokenDaysMax: 30 }) },
    ],
    ["a member of the team without the second factor, as a member", { owesSecondFactor: true }],
    ["a token of this product", { token: aToken({ scopes: ["registry.pull"], productIds: ["q", "p"] }) }],
    ["the team, with no membership at all", { team: "readonly", member: null, subscriptions: [], product: restricted }],
    ["the team, on a hidden product", { team: "readonly", member: null, product: hidden }],
    ["an operator who pushes", { team: "operator", member: null, capability: "registry.push" }],
    ["a robot within its scopes", { team: "robot", member: null, token: aToken({ scopes: ["registry.pull"] }) }],
  ])("allows %s", (_, changes) => {
    expect(entitle(facts(changes))).toMatchObject({ allowed: true });
  });

  it("says the same words that the pages say", () => {
    expect(entitle(facts({ product: restricted })).message).toBe(REASONS.not_entitled);
    expect(entitle(facts({ team: "readonly", capability: "registry.push" })).message).toMatch(/Your role, readonly/);
    expect(entitle(facts({ owesSecondFactor: true, member: null })).message).toMatch(/second factor: set one up/);
    expect(entitle(facts({ token: aToken({ scopes: [] }) })).message).toMatch(/its scopes lack registry.pull/);
  });
});

describe("the order of the rules", () => {
  // Everything wrong at once; each line mends the reason that the line before gave.
  it("is the document's: the first reason that applies", () => {
    const all: Partial<Facts>[] = [
      {
        tenant: aTenant({ archivedAt: NOW }),
        token: aToken({ scopes: [], productIds: ["q"] }),
        team: null,
        member: null,
        subscriptions: [],
        product: restricted,
      },
      { tenant: aTenant() },
      { token: null },
      { member: { suspendedAt: NOW } },
      { member: { suspendedAt: null } },
      { subscriptions: [aSubscription()] },
      { grants: [aGrant()] },
    ];
    const state: Partial<Facts> = {};
    expect(all.map((change) => reasonOf(Object.assign(state, change)))).toEqual([
      "not_found",
      "token_scope",
      "not_a_member",
      "member_suspended",
      "membership_inactive",
      "not_entitled",
      "allowed",
    ]);
  });

  it("holds a team member to the token's scope before the team's bypass", () => {
    expect(reasonOf({ team: "owner", token: aToken({ scopes: [] }) })).toBe("token_scope");
    expect(reasonOf({ team: "owner", token: aToken({ scopes: ["registry.pull"], productIds: ["q"] }) })).toBe(
      "token_scope",
    );
  });
});

describe("who may know of a product", () => {
  it.each<[string, Partial<Facts>, boolean]>([
    ["a stranger", { member: null }, false],
    ["a stranger whose token lacks the scope", { member: null, token: aToken({ scopes: [] }) }, false],
    ["a member of a product never granted, but listed", { product: restricted }, true],
    ["a member whose membership lapsed", { subscriptions: [] }, true],
    ["a suspended member", { member: { suspendedAt: NOW } }, true],
    ["a member, of a hidden product", { product: hidden }, false],
    ["the team, of a hidden product", { team: "readonly", member: null, product: hidden }, true],
    ["the team, of an archived product", { team: "owner", product: { ...restricted, archivedAt: NOW } }, false],
  ])("%s: the answer may show it, or not", (_, changes, visible) => {
    expect(entitle(facts(changes)).visible).toBe(visible);
  });
});

describe("a grant", () => {
  const reasonWith = (grant: Parameters<typeof aGrant>[0]) =>
    reasonOf({ product: restricted, grants: [aGrant(grant)] });

  it("holds from its beginning to just before its end", () => {
    expect(reasonWith({ startsAt: at(1) })).toBe("not_entitled");
    expect(reasonWith({ startsAt: NOW })).toBe("allowed");
    expect(reasonWith({ expiresAt: at(1) })).toBe("allowed");
    expect(reasonWith({ expiresAt: NOW })).toBe("not_entitled");
  });

  it("that has not begun or is over does not show a hidden product", () => {
    for (const grant of [aGrant({ startsAt: at(1) }), aGrant({ expiresAt: NOW })]) {
      expect(entitle(facts({ product: hidden, grants: [grant] }))).toMatchObject({
        reason: "not_found",
        visible: false,
      });
    }
  });

  it("of an open product is not needed", () => {
    expect(reasonOf({ grants: [] })).toBe("allowed");
  });
});

describe("the trace", () => {
  it("ends with the rule that decided, and gives the fact behind each", () => {
    const trace = entitle(facts({ product: restricted })).trace();
    expect(trace.map(({ rule, outcome }) => `${rule} ${outcome}`)).toEqual([
      "unknown passed",
      "token_scope passed",
      "team passed",
      "member passed",
      "team_only passed",
      "suspended passed",
      "standing passed",
      "entitlement denied",
    ]);
    expect(trace.at(-1)?.fact).toBe("the product is restricted; active grants: none");
    expect(trace.at(-2)?.fact).toBe("stripe (active)");
  });

  it("stops at the first refusal: what was not asked is not told", () => {
    expect(
      entitle(facts({ member: null, subscriptions: [] }))
        .trace()
        .map((step) => step.rule),
    ).toEqual(["unknown", "token_scope", "team", "member"]);
  });

  it("names the sources of the grants that hold", () => {
    const grants = [
      aGrant({ source: "stripe" }),
      aGrant({ source: "backfill" }),
      aGrant({ source: "group", expiresAt: NOW }),
    ];
    const trace = entitle(facts({ product: restricted, grants })).trace();
    expect(trace.at(-1)).toMatchObject({
      outcome: "passed",
      fact: expect.stringMatching(/active grants: stripe, backfill$/),
    });
  });
});
