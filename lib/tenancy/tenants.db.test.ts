import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { accountCtx, type Fixture, freshTenant, newUser, sessionOf } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";
import { setEnv } from "../env.ts";
import { newId } from "../ids.ts";
import {
  archiveTenant,
  createTenant,
  decideCreatingTenants,
  eraseDueTenants,
  findVisit,
  listTenantsOf,
  requestDeletion,
  unarchiveTenant,
  undoDeletion,
  updateTenant,
  viewTenant,
} from "./index.ts";

const DAY = 86_400_000;
const newSlug = () => `v${newId().slice(-12)}`;
const rowOf = (t: Fixture) => db().tenant.findUniqueOrThrow({ where: { id: t.tenant.id } });
const lastInstanceAudit = () => db().auditEvent.findFirst({ where: { tenantId: null }, orderBy: { seq: "desc" } });
const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code,
  );

describe("registering a tenant", () => {
  it("is for instance admins, who own what they register", async () => {
    const admin = await newUser({ isInstanceAdmin: true });
    const slug = newSlug();
    expect(await decideCreatingTenants(accountCtx(admin))).toEqual({ allowed: true });
    await createTenant(accountCtx(admin), { slug, name: " Vendor " });
    const visit = await findVisit(slug, await sessionOf(admin.id));
    expect(visit?.access).toMatchObject({ role: "owner", tenant: { name: "Vendor" } });
    const { id } = await db().tenant.findUniqueOrThrow({ where: { slug } });
    expect(await db().auditEvent.findMany({ where: { tenantId: id } })).toMatchObject([
      { action: "tenant.created", actor: `user:${admin.id}`, after: { slug, name: "Vendor", owner: admin.email } },
    ]);
  });

  it("is refused to everybody else, and recorded; where the instance is open to all, it is not", async () => {
    const [user, slug] = [await newUser(), newSlug()];
    const registering = () => createTenant(accountCtx(user), { slug, name: "Vendor" });
    await expect(registering()).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(/instance's admins/),
    });
    expect(await db().tenant.findUnique({ where: { slug } })).toBeNull();
    expect(await lastInstanceAudit()).toMatchObject({
      actor: `user:${user.id}`,
      action: "tenant.create",
      outcome: "denied",
    });
    setEnv({ OPEN_TENANTS: "true" });
    try {
      expect(await registering()).toMatchObject({ slug });
    } finally {
      setEnv({ OPEN_TENANTS: "" });
    }
  });

  it("takes no owner but whoever registers, no field that is none, and no name of two lines", async () => {
    const [admin, other] = [await newUser({ isInstanceAdmin: true }), await newUser()];
    const slug = newSlug();
    for (const odd of [
      { ownerId: other.id },
      { name: "a\nb" },
      { name: " " },
      { graceDays: 1 },
      { slug: { not: "" } },
    ]) {
      const input = { slug, name: "Vendor", ...odd } as never;
      expect(await code(createTenant(accountCtx(admin), input)), JSON.stringify(odd)).toBe("invalid");
    }
    expect(await db().tenant.findUnique({ where: { slug } })).toBeNull();
  });

  it("of one slug by two at once makes one tenant", async () => {
    const admin = await newUser({ isInstanceAdmin: true });
    const slug = newSlug();
    const register = () => code(createTenant(accountCtx(admin), { slug, name: "Vendor" }));
    expect((await Promise.all([register(), register()])).sort()).toEqual(["conflict", "done"]);
  });
});

const SETTINGS = { name: "Renamed", graceDays: 30, storefrontEnabled: true, endlessTokens: false };

describe("a tenant's settings", () => {
  it("are changed and recorded with just what changed; the same again changes nothing", async () => {
    const t = await freshTenant();
    expect(await updateTenant(t.as("manager"), SETTINGS)).toEqual({ changed: true });
    expect(await viewTenant(t.as("readonly"))).toMatchObject({ ...SETTINGS, slug: t.tenant.slug });
    expect(await t.lastAudit()).toMatchObject({
      action: "tenant.updated",
      before: { name: t.tenant.name, graceDays: 7, storefrontEnabled: false },
      after: { name: "Renamed", graceDays: 30, storefrontEnabled: true },
    });
    expect(await updateTenant(t.as("manager"), SETTINGS)).toEqual({ changed: false });
    expect(await t.auditCount()).toBe(1);
  });

  it("are refused to who may only look, out of their bounds, and with the slug", async () => {
    const t = await freshTenant();
    const before = await t.rows();
    expect(await code(updateTenant(t.as("operator"), SETTINGS))).toBe("forbidden");
    expect(await t.lastAudit()).toMatchObject({ action: "tenant.update", outcome: "denied" });
    for (const odd of [
      { slug: "other" },
      { graceDays: 91 },
      { graceDays: -1 },
      { graceDays: 1.5 },
      { graceDays: "7" },
      { name: "" },
      { storefrontEnabled: { set: true } },
    ]) {
      expect(await code(updateTenant(t.ctx, { ...SETTINGS, ...odd } as never)), JSON.stringify(odd)).toBe("invalid");
    }
    expect(await t.rows()).toEqual(before);
  });
});

describe("an archived tenant", () => {
  it("is closed to members from the next request on, and opened again for all", async () => {
    const t = await freshTenant();
    const session = await sessionOf(t.member.userId);
    const isOpen = async () => (await findVisit(t.tenant.slug, session))?.access !== null;
    expect(await archiveTenant(t.ctx)).toEqual({ changed: true });
    expect(await archiveTenant(t.ctx)).toEqual({ changed: false });
    expect(await isOpen()).toBe(false);
    expect(await unarchiveTenant(t.ctx)).toEqual({ changed: true });
    expect(await unarchiveTenant(t.ctx)).toEqual({ changed: false });
    expect(await isOpen()).toBe(true);
    expect(await t.auditCount()).toBe(2);
  });

  it("is changed by nobody, and every attempt is recorded", async () => {
    const t = await freshTenant();
    await archiveTenant(t.ctx);
    const archived = t.by({ type: "user", ...t.users.owner, role: "owner", archived: true });
    const before = await t.rows();
    await expect(updateTenant(archived, SETTINGS)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringMatching(/archived/),
    });
    expect(await t.lastAudit()).toMatchObject({ action: "tenant.update", outcome: "denied" });
    expect(await t.rows()).toEqual(before);
    expect(await unarchiveTenant(archived)).toEqual({ changed: true });
  });
});

const asked = async (t: Fixture, ctx: Ctx = t.ctx) => requestDeletion(ctx, { name: t.tenant.name });

describe("deleting a tenant", () => {
  it("closes it, and can be undone: it is open again, or archived as it was", async () => {
    const [open, archived] = [await freshTenant(), await freshTenant()];
    const since = new Date(Date.now() - DAY);
    await db().tenant.update({ where: { id: archived.tenant.id }, data: { archivedAt: since } });
    for (const t of [open, archived]) {
      const { changed, erasedAt } = await asked(t);
      expect({ changed, inDays: (erasedAt.getTime() - t.ctx.now.getTime()) / DAY > 6.9 }).toEqual({
        changed: true,
        inDays: true,
      });
      expect(await asked(t)).toMatchObject({ changed: false, erasedAt });
      expect((await rowOf(t)).archivedAt).not.toBeNull();
      expect(await code(unarchiveTenant(t.ctx))).toBe("conflict");
      expect(await undoDeletion(t.ctx)).toEqual({ changed: true, archived: t === archived });
      expect(await undoDeletion(t.ctx)).toMatchObject({ changed: false });
    }
    expect(await rowOf(open)).toMatchObject({ archivedAt: null, deletionRequestedAt: null });
    expect(await rowOf(archived)).toMatchObject({ archivedAt: since, deletionRequestedAt: null });
  });

  it("needs the name, and the role that may", async () => {
    const t = await freshTenant();
    const before = await t.rows();
    for (const name of ["", t.tenant.name.toUpperCase(), t.tenant.slug]) {
      expect(await code(requestDeletion(t.ctx, { name }))).toBe("invalid");
    }
    for (const deed of [archiveTenant, unarchiveTenant, undoDeletion, (ctx: Ctx) => asked(t, ctx)]) {
      for (const role of ["manager", "readonly"] as const) {
        expect(await code(deed(t.as(role)))).toBe("forbidden");
        expect(await t.lastAudit()).toMatchObject({ outcome: "denied", actor: `user:${t.users[role].id}` });
      }
    }
    expect(await t.rows()).toEqual(before);
  });

  it("leaves nobody who may enter, nor the slug for anybody else", async () => {
    const t = await freshTenant();
    await asked(t);
    expect(await eraseDueTenants(new Date(t.ctx.now.getTime() + 7 * DAY))).toContain(t.tenant.slug);
    expect((await findVisit(t.tenant.slug, await sessionOf(t.users.owner.id)))?.access).toBeNull();
    expect(await listTenantsOf(t.users.owner.id)).toEqual({ tenants: [], next: null });
    const again = { slug: t.tenant.slug, name: "Again", ownerId: t.users.owner.id };
    expect(await code(createTenant({ actor: { type: "system" }, requestId: newId() }, again))).toBe("conflict");
    expect(await code(undoDeletion(t.ctx))).toBe("not_found");
  });
});
