import { describe, expect, it } from "vitest";
import { freshTenant } from "#lib/testing/index.ts";
import { suspendMember, unsuspendMember } from "./index.ts";

describe("suspending a member", () => {
  it("is kept with its reason; a second time changes nothing and says so; and so for its end", async () => {
    const t = await freshTenant();
    const memberId = t.member.id;
    const done = await suspendMember(t.ctx, { memberId, reason: " shares the token " });
    expect(done).toMatchObject({ changed: true, member: { suspendedAt: t.ctx.now } });
    expect(await t.lastAudit()).toMatchObject({
      action: "member.suspended",
      subjectLabel: t.member.email,
      reason: "shares the token",
      after: { suspendedAt: t.ctx.now.toISOString() },
    });
    const log = await t.auditCount();
    expect(await suspendMember(t.ctx, { memberId, reason: "again" })).toMatchObject({ changed: false });
    expect(await t.auditCount()).toBe(log);

    expect(await unsuspendMember(t.ctx, { memberId })).toMatchObject({ changed: true, member: { suspendedAt: null } });
    expect(await t.lastAudit()).toMatchObject({ action: "member.unsuspended", reason: null });
    expect(await unsuspendMember(t.ctx, { memberId })).toMatchObject({ changed: false });
    expect(await t.auditCount()).toBe(log + 1);
  });

  it("is done once by ten at the same time", async () => {
    const t = await freshTenant();
    const input = { memberId: t.member.id, reason: "ten at once" };
    const all = await Promise.all(Array.from({ length: 10 }, () => suspendMember(t.ctx, input)));
    expect(all.filter(({ changed }) => changed)).toHaveLength(1);
  });

  it("is refused to who lacks the right, without a reason, and for another tenant's member: nothing changes", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const before = [await t.rows(), await other.rows()];
    const input = { memberId: t.member.id, reason: "no" };
    await expect(suspendMember(t.as("operator"), input)).rejects.toMatchObject({ reason: "member.suspend" });
    await expect(unsuspendMember(t.as("operator"), input)).rejects.toMatchObject({ reason: "member.suspend" });
    const missing = { code: "invalid", fields: { reason: "is missing" } };
    await expect(suspendMember(t.ctx, { ...input, reason: "  " })).rejects.toMatchObject(missing);
    await expect(suspendMember(other.ctx, input)).rejects.toMatchObject({ code: "not_found" });
    await expect(unsuspendMember(other.ctx, { memberId: t.member.id })).rejects.toMatchObject({ code: "not_found" });
    expect([await t.rows(), await other.rows()]).toEqual(before);
  });
});
