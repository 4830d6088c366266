import { describe, expect, it } from "vitest";
import type { TenantAccess } from "#lib/tenancy/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { inPortal } from "./in-portal.ts";

const tenant = {
  id: "1",
  slug: "acme",
  name: "Acme",
  graceDays: 7,
  endlessTokens: false,
  archivedAt: null,
  deletionRequestedAt: null,
};
const now = new Date("2026-11-21T12:00:00Z");

function visitor({ supportUntil = null, ...access }: Partial<TenantAccess>) {
  const { role = null, memberId = null, owesSecondFactor = false } = access;
  const support = supportUntil !== null;
  const actor = { type: "user", id: "2", email: "ana@example.com", role, support, owesSecondFactor } as const;
  const ctx: Ctx & AccountCtx = { tenant, actor, requestId: "3", now };
  return { ctx, access: { tenant, role, memberId, supportUntil, owesSecondFactor }, user: "kept" };
}

describe("the portal", () => {
  it("takes the team and the members as they are", () => {
    for (const access of [{ role: "readonly" } as const, { memberId: "4" }]) {
      const somebody = visitor(access);
      expect(inPortal(somebody)).toBe(somebody);
    }
  });

  it("is not there for a support view", () => {
    expect(inPortal(visitor({ role: "readonly", supportUntil: now }))).toBeNull();
  });

  it("takes somebody of the team who owes a second factor as the member that they are, or not at all", () => {
    const owing = { role: "owner", owesSecondFactor: true } as const;
    expect(inPortal(visitor(owing))).toBeNull();
    expect(inPortal(visitor({ ...owing, memberId: "4" }))).toEqual(visitor({ memberId: "4" }));
  });

  it("takes a member who is here for support as the member alone", () => {
    expect(inPortal(visitor({ role: "readonly", supportUntil: now, memberId: "4" }))).toEqual(
      visitor({ memberId: "4" }),
    );
  });
});
