import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "#lib/db/index.ts";
import { findVisit } from "#lib/tenancy/index.ts";
import { accountCtx, type Fixture, freshTenant, newUser, sessionOf, type TestUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  enterTenant,
  findOwnSupportEntry,
  leaveTenant,
  listSupportEntries,
  removeInstanceAdmin,
  viewTenant,
} from "./index.ts";

const REASON = "Ticket 42: pulls fail since noon.";

let t: Fixture;
let admin: TestUser;
let session: string;
beforeEach(async () => {
  t = await freshTenant();
  admin = await newUser({ isInstanceAdmin: true });
  session = await sessionOf(admin.id);
});

const enter = (minutes: 15 | 60 | 240 = 15) =>
  enterTenant(accountCtx(admin), { tenantId: t.tenant.id, reason: REASON, minutes });
const leave = () => leaveTenant(accountCtx(admin), { tenantId: t.tenant.id });
const accessNow = async () => (await findVisit(t.tenant.slug, session))?.access ?? null;
const entries = () => db().supportEntry.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } });

describe("a support entry", () => {
  it("is not made in a tenant that is erased at the same time", async () => {
    let entering: Promise<string> | undefined;
    await transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM tenants WHERE id = ${t.tenant.id}::uuid FOR UPDATE`;
      entering = enter().then(
        () => "done",
        (error) => error.code,
      );
      await wait(300);
      await tx.tenant.update({ where: { id: t.tenant.id }, data: { deletedAt: new Date(), archivedAt: new Date() } });
    });
    expect(await entering).toBe("conflict");
    expect(await entries()).toEqual([]);
  });

  it("opens the tenant as readonly until it is left, and not before", async () => {
    expect(await accessNow()).toBeNull();
    const { slug, expiresAt } = await enter();
    expect(slug).toBe(t.tenant.slug);
    expect(await accessNow()).toMatchObject({ role: "readonly", memberId: null, supportUntil: expiresAt });
    expect(await leave()).toEqual({ changed: true });
    expect(await accessNow()).toBeNull();
    expect(await leave()).toEqual({ changed: false });
  });

  it("ends by itself", async () => {
    await enter();
    const past = new Date(Date.now() - 1);
    await db().supportEntry.updateMany({ where: { tenantId: t.tenant.id }, data: { expiresAt: past } });
    expect(await accessNow()).toBeNull();
    expect(await leave()).toEqual({ changed: false });
    expect((await viewTenant(accountCtx(admin), t.tenant.id)).supportUntil).toBeNull();
  });

  it("ends with the admin's right, and does not come back with it", async () => {
    await enter();
    const another = await newUser({ isInstanceAdmin: true });
    await removeInstanceAdmin(accountCtx(another), { userId: admin.id });
    expect(await accessNow()).toBeNull();
    expect(await t.lastAudit()).toMatchObject({ action: "support.left", actorLabel: `${another.email} (support)` });
    await db().user.update({ where: { id: admin.id }, data: { isInstanceAdmin: true } });
    expect(await accessNow()).toBeNull();
  });

  it("is nothing without the right, however it was taken away", async () => {
    await enter();
    await db().user.update({ where: { id: admin.id }, data: { isInstanceAdmin: false } });
    expect(await accessNow()).toBeNull();
  });

  it("is one admin's own, in one tenant", async () => {
    const [other, elsewhere] = [await newUser({ isInstanceAdmin: true }), await freshTenant()];
    await enter();
    expect((await findVisit(t.tenant.slug, await sessionOf(other.id)))?.access).toBeNull();
    expect((await findVisit(elsewhere.tenant.slug, session))?.access).toBeNull();
    expect(await leaveTenant(accountCtx(other), { tenantId: t.tenant.id })).toEqual({ changed: false });
    expect(await accessNow()).not.toBeNull();
  });

  it("opens an archived tenant too, and none that was deleted", async () => {
    await db().tenant.update({ where: { id: t.tenant.id }, data: { archivedAt: new Date() } });
    await enter();
    expect(await accessNow()).toMatchObject({ role: "readonly" });
    await leave();
    await db().tenant.update({ where: { id: t.tenant.id }, data: { deletedAt: new Date() } });
    await expect(enter()).rejects.toMatchObject({ code: "conflict" });
  });

  it("stands in the tenant's own log with its reason and its end, and so does the leaving", async () => {
    const { expiresAt } = await enter(60);
    expect(await t.lastAudit()).toMatchObject({
      action: "support.entered",
      actor: `user:${admin.id}`,
      actorLabel: `${admin.email} (support)`,
      subjectLabel: t.tenant.slug,
      reason: REASON,
      after: { role: "readonly", until: expiresAt.toISOString() },
    });
    await leave();
    expect(await t.lastAudit()).toMatchObject({ action: "support.left", before: { until: expiresAt.toISOString() } });
    expect(await t.auditCount()).toBe(2);
  });

  it("takes the place of the one before it", async () => {
    const first = await enter(240);
    const second = await enter(15);
    expect(await accessNow()).toMatchObject({ supportUntil: second.expiresAt });
    expect((await entries()).map(({ endedAt }) => endedAt !== null)).toEqual([true, false]);
    expect(await t.lastAudit()).toMatchObject({ before: { until: first.expiresAt.toISOString() } });
  });

  it("is one at a time, also when it is asked for five times at once", async () => {
    await Promise.all(Array.from({ length: 5 }, () => enter()));
    const all = await entries();
    expect(all).toHaveLength(5);
    expect(all.filter(({ endedAt }) => endedAt === null)).toHaveLength(1);
  });

  it("is not for somebody on the team", async () => {
    await db().tenantMembership.create({ data: { tenantId: t.tenant.id, userId: admin.id, role: "operator" } });
    await expect(enter()).rejects.toMatchObject({ code: "conflict", message: /open it as yourself/ });
    expect(await entries()).toEqual([]);
    expect(await accessNow()).toMatchObject({ role: "operator", supportUntil: null });
  });

  it("adds nobody to the team", async () => {
    const before = await db().tenantMembership.count({ where: { tenantId: t.tenant.id } });
    await enter();
    expect(await db().tenantMembership.count({ where: { tenantId: t.tenant.id } })).toBe(before);
    expect((await viewTenant(accountCtx(admin), t.tenant.id)).counts.team).toBe(before);
  });

  it.each<[string, object]>([
    ["a reason of nine characters", { reason: "too short" }],
    ["a reason of blanks", { reason: " ".repeat(40) }],
    ["a reason of 501 characters", { reason: "x".repeat(501) }],
    ["ten minutes", { minutes: 10 }],
    ["a year", { minutes: 525_600 }],
    ["a role of one's choice", { role: "owner" }],
  ])("is refused with %s, and nothing changed", async (_, wrong) => {
    const input = { tenantId: t.tenant.id, reason: REASON, minutes: 15 as const, ...wrong };
    await expect(enterTenant(accountCtx(admin), input)).rejects.toMatchObject({ code: "invalid" });
    expect(await entries()).toEqual([]);
    expect(await t.auditCount()).toBe(0);
  });

  it("is refused for a tenant that is not there", async () => {
    const input = { tenantId: newId(), reason: REASON, minutes: 15 as const };
    await expect(enterTenant(accountCtx(admin), input)).rejects.toMatchObject({ code: "not_found" });
  });

  it("is listed with its reason for every admin, and shown to its own admin alone while it holds", async () => {
    await enter();
    await enter(60);
    const other = await newUser({ isInstanceAdmin: true });
    const first = await listSupportEntries(accountCtx(other), { tenantId: t.tenant.id, limit: 1 });
    const rest = await listSupportEntries(accountCtx(other), { tenantId: t.tenant.id, after: first.next ?? "" });
    expect([...first.entries, ...rest.entries].map(({ email, reason }) => [email, reason])).toEqual([
      [admin.email, REASON],
      [admin.email, REASON],
    ]);
    const shownTo = (user: TestUser) => findOwnSupportEntry({ ...accountCtx(user), tenant: t.tenant });
    expect(await shownTo(admin)).toMatchObject({ reason: REASON, expiresAt: first.entries[0]?.expiresAt });
    expect(await shownTo(other)).toBeNull();
    await leave();
    expect(await shownTo(admin)).toBeNull();
  });
});
