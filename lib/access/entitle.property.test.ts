import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOW } from "./facts.fixture.ts";
import { ALL_CAPABILITIES, entitle, type Facts, type RegistryCapability, ROLES } from "./index.ts";

const DAY_MS = 86_400_000;
const near = fc.option(fc.integer({ min: -40, max: 40 }).map((days) => new Date(NOW.getTime() + days * DAY_MS)));
const archived = fc.option(fc.constant(NOW), { freq: 6 });
const STATUSES = ["active", "trialing", "past_due", "incomplete", "incomplete_expired", "unpaid", "canceled", "paused"];
const REGISTRY = ALL_CAPABILITIES.filter((c): c is RegistryCapability => c.startsWith("registry."));

const grant = fc.record({
  source: fc.constantFrom("admin", "stripe", "backfill", "group"),
  startsAt: near,
  expiresAt: near,
});

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  now: fc.constant(NOW),
  capability: fc.constantFrom(...REGISTRY),
  tenant: fc.option(
    fc.record({
      archivedAt: archived,
      graceDays: fc.integer({ min: 0, max: 30 }),
      endlessTokens: fc.boolean(),
      tokenDaysMax: fc.option(fc.integer({ min: 1, max: 30 })),
    }),
    { freq: 9 },
  ),
  product: fc.option(
    fc.record({
      id: fc.constantFrom("p", "q"),
      visibility: fc.constantFrom("listed" as const, "hidden" as const),
      requiresEntitlement: fc.boolean(),
      archivedAt: archived,
    }),
    { freq: 9 },
  ),
  token: fc.option(
    fc.record({
      scopes: fc.subarray([...REGISTRY, "audit.view"]),
      productIds: fc.subarray(["p", "q"]),
      endless: fc.boolean(),
      issuedAt: fc.constantFrom(NOW, new Date(NOW.getTime() - 10 * 86_400_000)),
    }),
  ),
  team: fc.option(fc.constantFrom(...ROLES, "robot" as const), { freq: 2 }),
  owesSecondFactor: fc.constant(false),
  member: fc.option(fc.record({ suspendedAt: archived }), { freq: 6 }),
  subscriptions: fc.array(
    fc.record({
      kind: fc.constantFrom("stripe" as const, "lifetime" as const, "complimentary" as const),
      status: fc.option(fc.constantFrom(...STATUSES)),
      pastDueSince: near,
      endedAt: near,
    }),
    { maxLength: 3 },
  ),
  grants: fc.array(grant, { maxLength: 3 }),
});

const holds = (property: (facts: Facts) => void) => fc.assert(fc.property(anyFacts, property), { numRuns: 3000 });

describe("for any facts", () => {
  it("adding a grant never takes access away", () => {
    fc.assert(
      fc.property(anyFacts, grant, (facts, more) => {
        if (entitle(facts).allowed) expect(entitle({ ...facts, grants: [...facts.grants, more] }).allowed).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("ending the grants of one source leaves what another source gives", () => {
    holds((facts) => {
      const others = facts.grants.filter(({ source }) => source !== "stripe");
      const onlyOthers = entitle({ ...facts, grants: others });
      // What the other sources give alone is given with Stripe's rows too, and after they are gone.
      if (onlyOthers.allowed) expect(entitle(facts).allowed).toBe(true);
    });
  });

  it("an archived tenant or product refuses everyone, in the words for what is not there", () => {
    holds((facts) => {
      const product = facts.product && { ...facts.product, archivedAt: NOW };
      expect(entitle({ ...facts, product })).toMatchObject({ allowed: false, reason: "not_found", visible: false });
      const tenant = facts.tenant && { ...facts.tenant, archivedAt: NOW };
      expect(entitle({ ...facts, tenant })).toMatchObject({ allowed: false, reason: "not_found", visible: false });
    });
  });

  it("the trace agrees with the answer: the last step refuses exactly where access is refused", () => {
    holds((facts) => {
      const decision = entitle(facts);
      const trace = decision.trace();
      expect(trace.at(-1)?.outcome === "denied").toBe(!decision.allowed);
      expect(trace.slice(0, -1).every((step) => step.outcome === "passed")).toBe(true);
    });
  });

  it("a token never gives more than its owner has without it", () => {
    holds((facts) => {
      if (entitle(facts).allowed && facts.team !== "robot")
        expect(entitle({ ...facts, token: null }).allowed).toBe(true);
    });
  });

  it("nobody but the team and robots pushes or deletes", () => {
    holds((facts) => {
      if (facts.capability !== "registry.pull" && facts.team === null) expect(entitle(facts).allowed).toBe(false);
    });
  });

  it("whoever is allowed may know that the product is there", () => {
    holds((facts) => {
      const decision = entitle(facts);
      if (decision.allowed) expect(decision.visible).toBe(true);
      if (decision.reason === "not_found") expect(decision.visible).toBe(false);
    });
  });

  it("opening a restricted product takes access from nobody", () => {
    holds((facts) => {
      if (!facts.product || !entitle(facts).allowed) return;
      expect(entitle({ ...facts, product: { ...facts.product, requiresEntitlement: false } }).allowed).toBe(true);
    });
  });
});
