import { describe, expect, it } from "vitest";
import {
  type Actor,
  ALL_CAPABILITIES,
  type Capability,
  decide,
  isCapability,
  mayGiveRole,
  ROLES,
  type Role,
} from "./index.ts";

// domain.md, "Capabilities (resource.action) and roles", copied by hand: o(wner), m(anager), (o)p(erator), r(eadonly).
const TABLE: Record<string, string> = {
  "tenant.view": "ompr",
  "tenant.update": "om",
  "tenant.archive, tenant.delete": "o",
  "team.view": "ompr",
  "team.invite, team.changeRole, team.remove": "om",
  "product.view, release.view, member.view, entitlement.view, billing.view, provider.view": "ompr",
  "backup.view, group.view, policy.view, token.view, audit.view": "ompr",
  "product.create, product.update, product.restrict, product.archive": "om",
  "product.delete": "o",
  "release.publish, release.archive, release.restore, registry.push, registry.moveTag": "omp",
  "release.recall, release.prune, registry.delete": "om",
  "release.forceDelete": "o",
  "registry.pull": "ompr",
  "member.invite, member.suspend, entitlement.grant, entitlement.revoke": "om",
  "billing.connect": "o",
  "billing.mapPrices, billing.reconcile": "om",
  "provider.checkHealth, provider.syncInventory, provider.snapshotCompliance, group.sync, backup.create": "omp",
  "provider.manage, group.manage, backup.restore, policy.edit, policy.archive, policy.restore": "om",
  "policy.prune, webhook.manage, token.create, token.revoke": "om",
  "policy.forceDelete, backup.delete, audit.export": "o",
};
const LETTER: Record<Role, string> = { owner: "o", manager: "m", operator: "p", readonly: "r" };
const HOLDERS = new Map(
  Object.entries(TABLE).flatMap(([names, letters]) => names.split(", ").map((name) => [name, letters] as const)),
);

const user = (role: Role | null): Actor => ({ type: "user", id: "u", email: "u@example.com", role });
const token = (scopes: Capability[], role: Role | null): Actor => ({
  type: "token",
  id: "t",
  kind: "personal",
  name: "ci",
  user: { id: "u", email: "u@example.com" },
  scopes,
  role,
});
const robot = (scopes: Capability[]): Actor => ({ ...token(scopes, null), kind: "robot", user: null }) as Actor;

describe("the table of capabilities", () => {
  it("has exactly the document's capabilities", () => {
    expect([...ALL_CAPABILITIES].sort()).toEqual([...HOLDERS.keys()].sort());
  });

  for (const role of ROLES) {
    it(`gives ${role} what the document gives, and nothing else`, () => {
      const allowed = ALL_CAPABILITIES.filter((capability) => decide(user(role), capability).allowed);
      const expected = ALL_CAPABILITIES.filter((capability) => HOLDERS.get(capability)?.includes(LETTER[role]));
      expect(allowed).toEqual(expected);
    });
  }

  it("gives each role all that the role below it has", () => {
    for (const [giver, below] of [
      ["owner", "manager"],
      ["manager", "operator"],
      ["operator", "readonly"],
    ] as const) {
      const lacking = ALL_CAPABILITIES.filter((c) => decide(user(below), c).allowed && !decide(user(giver), c).allowed);
      expect(lacking).toEqual([]);
    }
  });

  it("knows no capability by an inherited name", () => {
    expect(["toString", "constructor", "__proto__", "registry.*", ""].filter(isCapability)).toEqual([]);
  });
});

describe("a refusal", () => {
  it("names the role, the deed and whom to ask", () => {
    expect(decide(user("readonly"), "entitlement.grant")).toEqual({
      allowed: false,
      reason: "Your role, readonly, is not allowed to grant entitlements. Ask an owner or a manager of this workspace.",
    });
    expect(decide(user("manager"), "billing.connect")).toMatchObject({
      reason: "Your role, manager, is not allowed to connect the Stripe account. Ask an owner of this workspace.",
    });
    expect(decide(user("readonly"), "registry.push")).toMatchObject({
      reason:
        "Your role, readonly, is not allowed to push images. Ask an owner, a manager or an operator of this workspace.",
    });
  });

  it("tells somebody outside the team that only the team may", () => {
    expect(decide(user(null), "product.view")).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(
        /^Only the team may see products\. Ask an owner, a manager, an operator or a readonly/,
      ),
    });
  });

  it("asks the anonymous to sign in, whatever they want", () => {
    for (const capability of ALL_CAPABILITIES) {
      expect(decide({ type: "anonymous" }, capability)).toEqual({ allowed: false, reason: "Sign in first." });
    }
  });
});

describe("a token", () => {
  it("may only what its owner's role and its scopes both allow, for every role and capability", () => {
    for (const role of [...ROLES, null]) {
      for (const capability of ALL_CAPABILITIES) {
        const byRole = decide(user(role), capability).allowed;
        expect(decide(token([capability], role), capability).allowed).toBe(byRole);
        expect(
          decide(
            token(
              ALL_CAPABILITIES.filter((c) => c !== capability),
              role,
            ),
            capability,
          ).allowed,
        ).toBe(false);
      }
    }
  });

  it("says which scope it lacks", () => {
    expect(decide(token(["registry.pull"], "owner"), "registry.push")).toEqual({
      allowed: false,
      reason: "This token is not allowed to push images: its scopes lack registry.push.",
    });
  });

  it("of a robot may exactly its scopes", () => {
    for (const capability of ALL_CAPABILITIES) {
      expect(decide(robot([capability]), capability).allowed).toBe(true);
      expect(decide(robot([]), capability).allowed).toBe(false);
    }
  });
});

describe("Purser itself and Stripe", () => {
  it("are never refused", () => {
    for (const type of ["system", "stripe"] as const) {
      expect(ALL_CAPABILITIES.every((capability) => decide({ type }, capability).allowed)).toBe(true);
    }
  });
});

describe("giving a role", () => {
  it("never reaches above one's own", () => {
    const given = ROLES.map((giver) => ROLES.filter((role) => mayGiveRole(giver, role)));
    expect(given).toEqual([
      ["owner", "manager", "operator", "readonly"],
      ["manager", "operator", "readonly"],
      ["operator", "readonly"],
      ["readonly"],
    ]);
  });
});
