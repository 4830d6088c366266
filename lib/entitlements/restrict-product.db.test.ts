import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { asMember, type Fixture, freshTenant } from "#lib/testing/index.ts";
import {
  decideAccess,
  grantEntitlement,
  listAffected,
  listMemberAccess,
  listProductAccess,
  previewRestriction,
  restrictProduct,
  revokeEntitlement,
} from "./index.ts";

const restrict = (t: Fixture, requiresEntitlement = true, keepAccess?: boolean) =>
  restrictProduct(t.ctx, { productId: t.product.id, requiresEntitlement, keepAccess });
const may = async (t: Fixture, member: { userId: string }) =>
  (await decideAccess(asMember(member), t.repository, "registry.pull")).decision.allowed;

describe("restricting a product", () => {
  it("with access kept locks nobody out", async () => {
    const t = await freshTenant();
    const members = [t.member, await t.addMember(), await t.addMember({ kind: "lifetime", status: null })];
    expect(await restrict(t)).toMatchObject({ changed: true, kept: 3, product: { requiresEntitlement: true } });
    expect(await Promise.all(members.map((member) => may(t, member)))).toEqual([true, true, true]);
    expect(await t.lastAudit()).toMatchObject({
      action: "product.restricted",
      before: { requiresEntitlement: false },
      after: { requiresEntitlement: true, backfilled: 3 },
    });
  });

  it("with access kept gives nothing to those without standing, and no second grant to those who have one", async () => {
    const t = await freshTenant();
    const [lapsed, never] = [await t.addMember({ status: "canceled" }), await t.addMember(null)];
    const suspended = await t.addMember();
    await db().member.update({ where: { id: suspended.id }, data: { suspendedAt: new Date() } });
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    expect((await restrict(t)).kept).toBe(0);
    const held = await db().entitlement.count({ where: { memberId: { in: [lapsed.id, never.id, suspended.id] } } });
    expect(held).toBe(0);
  });

  it("with access kept leaves out whom an admin revoked by hand", async () => {
    const t = await freshTenant();
    const out = await t.addMember();
    const { grant } = await grantEntitlement(t.ctx, { memberId: out.id, productId: t.product.id });
    await revokeEntitlement(t.ctx, { entitlementId: grant.id });
    expect((await restrict(t)).kept).toBe(1);
    expect([await may(t, t.member), await may(t, out)]).toEqual([true, false]);
  });

  it("with access kept hands a hidden product to nobody who could not have it before", async () => {
    const t = await freshTenant();
    await db().product.update({ where: { id: t.product.id }, data: { visibility: "hidden" } });
    const granted = await t.addMember();
    await grantEntitlement(t.ctx, { memberId: granted.id, productId: t.product.id });
    expect(await previewRestriction(t.ctx, t.product.id)).toEqual({
      keepable: { count: 0, first: [] },
      revoked: { count: 0, first: [] },
      holding: { count: 1, first: [{ id: granted.id, email: granted.email }] },
    });
    expect((await restrict(t)).kept).toBe(0);
    expect([await may(t, t.member), await may(t, granted)]).toEqual([false, true]);
  });

  it("with access kept takes the last word for the last: who was granted it again keeps it, as does who was given another end", async () => {
    const t = await freshTenant();
    const again = await t.addMember();
    const member = { memberId: again.id, productId: t.product.id };
    const { grant } = await grantEntitlement(t.ctx, member);
    await revokeEntitlement(t.ctx, { entitlementId: grant.id });
    const end = new Date(Date.now() + 60_000);
    await grantEntitlement({ ...t.ctx, now: new Date() }, { ...member, expiresAt: end.toISOString() });
    const other = { memberId: t.member.id, productId: t.product.id };
    await grantEntitlement(t.ctx, { ...other, expiresAt: new Date(Date.now() + 120_000).toISOString() });
    await grantEntitlement(t.ctx, { ...other, expiresAt: end.toISOString() });
    const later = { ...t.ctx, now: new Date(Date.now() + 180_000) };
    expect(await restrictProduct(later, { productId: t.product.id, requiresEntitlement: true })).toMatchObject({
      kept: 2,
    });
  });

  it("gives back to whom Stripe or time ended a grant: that was nobody's decision", async () => {
    const t = await freshTenant();
    const row = { tenantId: t.tenant.id, memberId: t.member.id, productId: t.product.id, grantedBy: "stripe" };
    const ended = { revokedAt: new Date(), revokedBy: "stripe" };
    await db().entitlement.create({ data: { ...row, source: "stripe", sourceRef: "sub_1", ...ended } });
    expect((await restrict(t)).kept).toBe(1);
    expect(await may(t, t.member)).toBe(true);
  });

  it("without keeping access closes it to all who hold no grant, at once", async () => {
    const t = await freshTenant();
    const holder = await t.addMember();
    await grantEntitlement(t.ctx, { memberId: holder.id, productId: t.product.id });
    expect((await restrict(t, true, false)).kept).toBe(0);
    expect([await may(t, t.member), await may(t, holder)]).toEqual([false, true]);
  });

  it("and opening it again gives access to all in good standing", async () => {
    const t = await freshTenant();
    await restrict(t, true, false);
    expect(await may(t, t.member)).toBe(false);
    expect(await restrict(t, false)).toMatchObject({ changed: true, kept: 0 });
    expect(await may(t, t.member)).toBe(true);
    expect(await t.lastAudit()).toMatchObject({ action: "product.opened" });
  });

  it("again after opening keeps the backfill of before, once a member", async () => {
    const t = await freshTenant();
    await restrict(t);
    await restrict(t, false);
    const late = await t.addMember();
    expect((await restrict(t)).kept).toBe(1);
    expect([await may(t, t.member), await may(t, late)]).toEqual([true, true]);
  });

  it("twice changes nothing, and says so", async () => {
    const t = await freshTenant();
    await restrict(t);
    const [before, events] = [await t.rows(), await t.auditCount()];
    expect(await restrict(t)).toMatchObject({ changed: false, kept: 0 });
    expect([await t.rows(), await t.auditCount()]).toEqual([before, events]);
  });

  it("by many at once happens once", async () => {
    const t = await freshTenant();
    const results = await Promise.all(Array.from({ length: 5 }, () => restrict(t)));
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await db().entitlement.count({ where: { tenantId: t.tenant.id } })).toBe(1);
  });

  it("is refused without product.restrict, for a foreign product and for unknown fields, and changes nothing", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const before = [await t.rows(), await other.rows()];
    const input = { productId: t.product.id, requiresEntitlement: true };
    await expect(restrictProduct(t.as("operator"), input)).rejects.toMatchObject({ reason: "product.restrict" });
    await expect(restrictProduct(other.ctx, input)).rejects.toMatchObject({ code: "not_found" });
    const strange = { ...input, archivedAt: null } as never;
    await expect(restrictProduct(t.ctx, strange)).rejects.toMatchObject({
      fields: { archivedAt: "is not a field here" },
    });
    const wordy = { ...input, requiresEntitlement: "true" } as never;
    await expect(restrictProduct(t.ctx, wordy)).rejects.toMatchObject({ code: "invalid" });
    expect([await t.rows(), await other.rows()]).toEqual(before);
  });
});

describe("the preview", () => {
  it("names who loses access and who holds a grant, and those are who do", async () => {
    const t = await freshTenant();
    const [holder, revoked, lapsed] = [
      await t.addMember(),
      await t.addMember(),
      await t.addMember({ status: "unpaid" }),
    ];
    await grantEntitlement(t.ctx, { memberId: holder.id, productId: t.product.id });
    const { grant } = await grantEntitlement(t.ctx, { memberId: revoked.id, productId: t.product.id });
    await revokeEntitlement(t.ctx, { entitlementId: grant.id });
    const before = await t.rows();
    const preview = await previewRestriction(t.as("readonly"), t.product.id);
    expect(preview).toEqual({
      keepable: { count: 1, first: [{ id: t.member.id, email: t.member.email }] },
      revoked: { count: 1, first: [{ id: revoked.id, email: revoked.email }] },
      holding: { count: 1, first: [{ id: holder.id, email: holder.email }] },
    });
    expect(await t.rows()).toEqual(before);
    await restrict(t, true, false);
    const allowed = await Promise.all([t.member, holder, revoked, lapsed].map((member) => may(t, member)));
    expect(allowed).toEqual([false, true, false, false]);
  });

  it("lists the members of a group by address, a page at a time, and finds them by a part of it", async () => {
    const t = await freshTenant();
    const members = [t.member, await t.addMember(), await t.addMember()];
    const emails = members.map(({ email }) => email).sort();
    const list = (input: object) =>
      listAffected(t.as("readonly"), { productId: t.product.id, group: "keepable", ...input });
    const first = await list({ limit: 2 });
    expect(first.members.map(({ email }) => email)).toEqual(emails.slice(0, 2));
    const rest = await list({ limit: 2, after: first.next ?? "" });
    expect([rest.members.map(({ email }) => email), rest.next]).toEqual([emails.slice(2), null]);
    expect((await list({ search: emails[1]?.toUpperCase() })).members.map(({ email }) => email)).toEqual([emails[1]]);
    expect((await list({ search: "%" })).members).toEqual([]);
    expect((await list({ group: "holding" })).members).toEqual([]);
  });

  it("is not for another tenant's product, nor for who is not on the team", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    await expect(previewRestriction(other.ctx, t.product.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(previewRestriction(t.ctx, "x")).rejects.toMatchObject({ code: "not_found" });
    await expect(previewRestriction(t.as(null), t.product.id)).rejects.toMatchObject({ code: "forbidden" });
    const list = { productId: t.product.id, group: "keepable" } as const;
    await expect(listAffected(other.ctx, list)).rejects.toMatchObject({ code: "not_found" });
    await expect(listAffected(t.as(null), list)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("the list of products", () => {
  it("shows a member what the registry would answer, and hides what they may not know of", async () => {
    const t = await freshTenant();
    const restricted = await t.addProduct({ requiresEntitlement: true });
    await t.addProduct({ visibility: "hidden" });
    const granted = await t.addProduct({ visibility: "hidden", requiresEntitlement: true });
    await t.addProduct({ archivedAt: new Date() });
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: granted.id });
    const list = await listProductAccess(t.as(null), { role: null, memberId: t.member.id });
    const shown = new Map(list.map(({ product, decision }) => [product.slug, decision.reason ?? "allowed"]));
    expect(shown).toEqual(
      new Map(
        [t.product, restricted, granted]
          .map(({ slug }) => [slug, slug === restricted.slug ? "not_entitled" : "allowed"])
          .sort() as [string, string][],
      ),
    );
  });

  it("shows a stranger nothing, and the team what a member has", async () => {
    const t = await freshTenant();
    const stranger = await listProductAccess(t.as(null), { role: null, memberId: null });
    expect(stranger).toEqual([]);
    const seen = await listMemberAccess(t.as("readonly"), t.member.id);
    expect(seen.map(({ decision }) => decision.allowed)).toEqual([true]);
    await expect(listMemberAccess(t.as(null), t.member.id)).rejects.toMatchObject({ code: "forbidden" });
    const other = await freshTenant();
    await expect(listMemberAccess(other.ctx, t.member.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
