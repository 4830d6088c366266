import { describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { type Fixture, freshTenant } from "#lib/testing/index.ts";
import { grantEntitlement, listGrants, revokeEntitlement } from "./index.ts";

const grant = (t: Fixture, input: object = {}) =>
  grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id, ...input });
const rowsOf = (t: Fixture) => db().entitlement.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } });

describe("granting", () => {
  it("adds a row that says who, why and until when, and records it", async () => {
    const t = await freshTenant();
    const { grant: row, changed } = await grant(t, { reason: " a friend ", expiresAt: "2099-01-01T00:00:00+01:00" });
    expect(changed).toBe(true);
    expect(row).toMatchObject({
      source: "admin",
      sourceRef: "",
      reason: "a friend",
      grantedBy: `user:${t.users.owner.id}`,
    });
    expect(row.expiresAt?.toISOString()).toBe("2098-12-31T23:00:00.000Z");
    expect(await t.lastAudit()).toMatchObject({
      action: "entitlement.granted",
      outcome: "done",
      subjectId: row.id,
      after: { member: t.member.email, product: t.product.slug, expiresAt: "2098-12-31T23:00:00.000Z" },
    });
  });

  it("what is granted already changes nothing, says so, and leaves no second row in the log", async () => {
    const t = await freshTenant();
    const first = await grant(t);
    const [before, events] = [await t.rows(), await t.auditCount()];
    expect(await grant(t, { reason: "again" })).toEqual({ grant: first.grant, changed: false, replaced: null });
    expect(await t.rows()).toEqual(before);
    expect(await t.auditCount()).toBe(events);
  });

  it("by many at once makes one row, and tells the others that it stood", async () => {
    const t = await freshTenant();
    const results = await Promise.all(Array.from({ length: 6 }, () => grant(t)));
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    expect(new Set(results.map((result) => result.grant.id)).size).toBe(1);
    expect(await rowsOf(t)).toHaveLength(1);
    expect(await t.auditCount()).toBe(1);
  });

  it("what has expired is a new row, and the old one is ended where it expired", async () => {
    const t = await freshTenant();
    const { grant: old } = await grant(t, { expiresAt: "2099-01-01T00:00:00Z" });
    const over = new Date(Date.now() - 1000);
    await pool().query("UPDATE entitlements SET expires_at = $2 WHERE id = $1", [old.id, over]);
    const { grant: fresh, changed } = await grant(t);
    expect(changed).toBe(true);
    expect(fresh.id).not.toBe(old.id);
    expect(await rowsOf(t)).toMatchObject([
      { id: old.id, revokedAt: over, revokedBy: "system", revokeReason: "expired" },
      { id: fresh.id, revokedAt: null },
    ]);
  });

  it("what was revoked is a new row", async () => {
    const t = await freshTenant();
    const { grant: old } = await grant(t);
    await revokeEntitlement(t.ctx, { entitlementId: old.id });
    expect((await grant(t)).grant.id).not.toBe(old.id);
    expect(await rowsOf(t)).toHaveLength(2);
  });

  it.each<[string, object, string]>([
    ["an end in the past", { expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
    ["an end without a zone", { expiresAt: "2099-01-01T00:00:00" }, "expiresAt"],
    ["an id that is none", { memberId: "1" }, "memberId"],
    ["an operator for an id", { productId: { not: "" } }, "productId"],
    ["a list of ids", { productId: ["a"] }, "productId"],
    ["a long reason", { reason: "x".repeat(501) }, "reason"],
    ["a field that is not its own", { source: "stripe" }, "source"],
    ["another tenant by a field", { tenantId: "x" }, "tenantId"],
  ])("refuses %s, and changes nothing", async (_, input, field) => {
    const t = await freshTenant();
    const before = await t.rows();
    await expect(grant(t, input)).rejects.toMatchObject({ code: "invalid", fields: { [field]: expect.any(String) } });
    expect(await t.rows()).toEqual(before);
  });
});

describe("revoking", () => {
  it("ends one row, keeps it, and records what it was", async () => {
    const t = await freshTenant();
    const { grant: row } = await grant(t);
    const revoked = await revokeEntitlement(t.ctx, { entitlementId: row.id, reason: "left" });
    expect(revoked).toMatchObject({ changed: true, grant: { id: row.id, revokeReason: "left" } });
    expect(await rowsOf(t)).toMatchObject([{ id: row.id, revokedBy: `user:${t.users.owner.id}` }]);
    expect(await t.lastAudit()).toMatchObject({
      action: "entitlement.revoked",
      before: { source: "admin" },
      reason: "left",
    });
  });

  it("twice changes nothing, and says so", async () => {
    const t = await freshTenant();
    const { grant: row } = await grant(t);
    await revokeEntitlement(t.ctx, { entitlementId: row.id, reason: "first" });
    const [before, events] = [await t.rows(), await t.auditCount()];
    expect((await revokeEntitlement(t.ctx, { entitlementId: row.id, reason: "second" })).changed).toBe(false);
    expect(await t.rows()).toEqual(before);
    expect(await t.auditCount()).toBe(events);
  });

  it("by many at once is recorded once", async () => {
    const t = await freshTenant();
    const { grant: row } = await grant(t);
    const many = Array.from({ length: 6 }, (_, n) =>
      revokeEntitlement(t.ctx, { entitlementId: row.id, reason: `${n}` }),
    );
    const results = await Promise.all(many);
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await t.auditCount()).toBe(2);
  });

  it("ends the row of one source and leaves those of the others", async () => {
    const t = await freshTenant();
    const { grant: row } = await grant(t);
    const other = { tenantId: t.tenant.id, memberId: t.member.id, productId: t.product.id, grantedBy: "stripe" };
    const stripe = await db().entitlement.create({ data: { ...other, source: "stripe", sourceRef: "sub_1" } });
    await revokeEntitlement(t.ctx, { entitlementId: row.id });
    expect(await db().entitlement.findUnique({ where: { id: stripe.id } })).toEqual(stripe);
  });
});

describe("another tenant's rows", () => {
  it("are not found by any verb, and nothing changes on either side", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    const { grant: theirs } = await grant(b);
    const before = [await a.rows(), await b.rows()];
    const notFound = { code: "not_found" };
    await expect(grant(a, { memberId: b.member.id })).rejects.toMatchObject(notFound);
    await expect(grant(a, { productId: b.product.id })).rejects.toMatchObject(notFound);
    await expect(revokeEntitlement(a.ctx, { entitlementId: theirs.id })).rejects.toMatchObject(notFound);
    await expect(listGrants(a.ctx, b.member.id)).rejects.toMatchObject(notFound);
    expect([await a.rows(), await b.rows()]).toEqual(before);
  });
});

describe("a role that lacks the capability", () => {
  it.each(["operator", "readonly", null] as const)(
    "(%s) is refused, and leaves nothing but the audit row",
    async (role) => {
      const t = await freshTenant();
      const { grant: row } = await grant(t);
      const [before, events] = [await t.rows(), await t.auditCount()];
      const ids = { memberId: t.member.id, productId: t.product.id };
      const refused = await grantEntitlement(t.as(role), ids).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "forbidden", reason: "entitlement.grant" });
      expect((refused as Error).message).toMatch(/grant entitlements\. Ask an owner or a manager of this workspace\.$/);
      expect(await t.lastAudit()).toMatchObject({
        action: "entitlement.grant",
        outcome: "denied",
        reason: (refused as Error).message,
      });
      const revoking = revokeEntitlement(t.as(role), { entitlementId: row.id });
      await expect(revoking).rejects.toMatchObject({ code: "forbidden", reason: "entitlement.revoke" });
      expect(await t.rows()).toEqual(before);
      expect(await t.auditCount()).toBe(events + 2);
    },
  );

  it("is refused before its input is looked at", async () => {
    const t = await freshTenant();
    await expect(grantEntitlement(t.as("readonly"), {} as never)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a member's ledger", () => {
  it("shows every row, ended ones too, newest first", async () => {
    const t = await freshTenant();
    const first = (await grant(t)).grant.id;
    await revokeEntitlement(t.ctx, { entitlementId: first });
    const second = (await grant(t)).grant.id;
    const rows = await listGrants(t.as("readonly"), t.member.id);
    expect(rows.map((row) => [row.id, row.product.slug, row.revokedAt !== null])).toEqual([
      [second, t.product.slug, false],
      [first, t.product.slug, true],
    ]);
  });

  it("of an id that is none is not found", async () => {
    const t = await freshTenant();
    await expect(listGrants(t.ctx, "../1")).rejects.toMatchObject({ code: "not_found" });
  });
});
