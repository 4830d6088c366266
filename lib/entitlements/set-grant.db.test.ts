import { describe, expect, it } from "vitest";
import { db, transaction } from "#lib/db/index.ts";
import { asMember, type Fixture, freshTenant } from "#lib/testing/index.ts";
import { decideAccess, endAndRecord, grantEntitlement, setGrant, standingGrants } from "./index.ts";

const DAY = 86_400_000;
const NOW = Date.now();
const inDays = (days: number) => new Date(NOW + days * DAY);
const stripe = (t: Fixture) => t.by({ type: "stripe" });
const rowsOf = (t: Fixture) => db().entitlement.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } });
const actionsOf = async (t: Fixture) =>
  (await db().auditEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { seq: "asc" } })).map((e) => e.action);
const may = async (t: Fixture) =>
  (await decideAccess(asMember(t.member), t.repository, "registry.pull")).decision.allowed;

const paid = (t: Fixture, sourceRef: string, expiresAt: Date | null = null) =>
  transaction((tx) =>
    setGrant(tx, stripe(t), {
      memberId: t.member.id,
      productId: t.product.id,
      source: "stripe",
      sourceRef,
      expiresAt,
      reason: "paid",
    }),
  );

describe("a grant that a source sets", () => {
  it("is one row, however often it is set, and recorded once as Stripe's", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    const first = await paid(t, "sub_1");
    expect(first).toMatchObject({ changed: true, replaced: null, grant: { grantedBy: "stripe", sourceRef: "sub_1" } });
    expect(await paid(t, "sub_1")).toEqual({ ...first, changed: false });
    expect(await actionsOf(t)).toEqual(["entitlement.granted"]);
    expect(await t.lastAudit()).toMatchObject({ actor: "stripe", after: { source: "stripe", expiresAt: null } });
    expect(await may(t)).toBe(true);
  });

  it("with another end takes the place of the row that stood, and both are recorded", async () => {
    const t = await freshTenant();
    const first = await paid(t, "sub_1");
    const end = inDays(7);
    const { grant, replaced } = await paid(t, "sub_1", end);
    expect(replaced?.id).toBe(first.grant?.id);
    expect(await rowsOf(t)).toMatchObject([
      { id: first.grant?.id, replaced: true, revokeReason: "replaced", revokedBy: "stripe" },
      { id: grant?.id, replaced: false, revokedAt: null, expiresAt: end },
    ]);
    expect(await actionsOf(t)).toEqual(["entitlement.granted", "entitlement.revoked", "entitlement.granted"]);
    expect((await paid(t, "sub_1", end)).changed).toBe(false);
  });

  it("whose time is over is no row, and ends the one that stood, once", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    await paid(t, "sub_1");
    expect(await paid(t, "sub_1", inDays(-1))).toMatchObject({ grant: null, changed: true });
    expect(await may(t)).toBe(false);
    const before = await t.rows();
    expect(await paid(t, "sub_1", inDays(-1))).toMatchObject({ grant: null, changed: false });
    expect(await t.rows()).toEqual(before);
  });

  it("by many at once is one row", async () => {
    const t = await freshTenant();
    const results = await Promise.all(Array.from({ length: 6 }, () => paid(t, "sub_1")));
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await rowsOf(t)).toHaveLength(1);
  });
});

/** Ends what Stripe gave by one reference. */
const endAll = (t: Fixture, sourceRef: string, reason: string) =>
  transaction(async (tx) => {
    const of = { tenantId: t.tenant.id, memberId: t.member.id, source: "stripe" } as const;
    const standing = (await standingGrants(tx, of)).filter((grant) => grant.sourceRef === sourceRef);
    return Promise.all(standing.map((grant) => endAndRecord(tx, stripe(t), { grant, reason })));
  });

describe("ending what one source gave under one reference", () => {
  it("leaves the rows of other sources, references and members, and says who ended it and why", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    await paid(t, "sub_1");
    await paid(t, "sub_2");
    const end = () => endAll(t, "sub_1", "refunded");
    expect(await end()).toMatchObject([{ sourceRef: "sub_1", revokedBy: "stripe", revokeReason: "refunded" }]);
    expect((await rowsOf(t)).map(({ sourceRef, revokedAt }) => [sourceRef, revokedAt !== null])).toEqual([
      ["", false],
      ["sub_1", true],
      ["sub_2", false],
    ]);
    expect(await t.lastAudit()).toMatchObject({ action: "entitlement.revoked", actor: "stripe", reason: "refunded" });
    expect(await may(t)).toBe(true);
    const before = [await t.rows(), await t.auditCount()];
    expect(await end()).toEqual([]);
    expect([await t.rows(), await t.auditCount()]).toEqual(before);
  });

  it("ends nothing of another tenant that has the same reference", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    for (const one of [t, other]) await paid(one, "sub_1");
    const before = await other.rows();
    await endAll(t, "sub_1", "canceled");
    expect(await other.rows()).toEqual(before);
  });
});

describe("granting by hand over a grant that stands", () => {
  const grant = (t: Fixture, input: object = {}) =>
    grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id, ...input });

  it("replaces it where another end is asked for, and leaves it where none is", async () => {
    const t = await freshTenant();
    const first = await grant(t, { expiresAt: inDays(14).toISOString(), reason: "trial" });
    expect(await grant(t)).toMatchObject({ changed: false, grant: { id: first.grant.id } });
    const longer = await grant(t, { expiresAt: inDays(30).toISOString() });
    expect(longer).toMatchObject({ changed: true, replaced: { id: first.grant.id }, grant: { expiresAt: inDays(30) } });
    const forGood = await grant(t, { expiresAt: null, reason: "bought" });
    expect(forGood).toMatchObject({ changed: true, grant: { expiresAt: null, reason: "bought" } });
    expect((await grant(t, { expiresAt: null })).changed).toBe(false);
    expect((await rowsOf(t)).map((row) => row.replaced)).toEqual([true, true, false]);
  });

  it("moves a beginning that lies ahead, and no other", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    await grant(t, { startsAt: inDays(3).toISOString() });
    expect(await may(t)).toBe(false);
    expect(await grant(t, { startsAt: inDays(5).toISOString() })).toMatchObject({ changed: true });
    expect(await grant(t, { startsAt: inDays(-1).toISOString() })).toMatchObject({ changed: true });
    expect(await may(t)).toBe(true);
    const late = grant(t, { startsAt: inDays(5).toISOString() });
    await expect(late).rejects.toMatchObject({ code: "invalid", fields: { startsAt: expect.any(String) } });
    expect(await may(t)).toBe(true);
  });

  it.each([
    ["an end before the beginning", { startsAt: inDays(3).toISOString(), expiresAt: inDays(2).toISOString() }],
    ["an end that is too far away", { expiresAt: "+010000-01-01T00:00:00Z" }],
  ])("refuses %s, and changes nothing", async (_, input) => {
    const t = await freshTenant();
    const before = await t.rows();
    await expect(grant(t, input)).rejects.toMatchObject({ code: "invalid", fields: { expiresAt: expect.any(String) } });
    expect(await t.rows()).toEqual(before);
  });
});
