import { describe, expect, it } from "vitest";
import { LAST_ROLE, ROLES, type Role } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, letterTo, newUser, sessionOf } from "#lib/testing/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import { changeRole, findVisit, hasOneOwner, leaveTeam, listTeam, removeFromTeam, whyStay } from "./index.ts";

const asPerson = (t: Fixture, user: { id: string; email: string }, role: Role | null): Ctx & AccountCtx => {
  const actor = { type: "user", ...user, role } as const;
  return { ...t.by(actor), actor };
};
const idOf = async (t: Fixture, userId: string) =>
  (await db().tenantMembership.findFirstOrThrow({ where: { tenantId: t.tenant.id, userId } })).id;
const roles = async (t: Fixture) =>
  (await db().tenantMembership.findMany({ where: { tenantId: t.tenant.id }, orderBy: { id: "asc" } })).map(
    ({ role }) => role,
  );
const secondOwner = async (t: Fixture) => {
  const user = await newUser();
  await db().tenantMembership.create({ data: { tenantId: t.tenant.id, userId: user.id, role: "owner" } });
  return user;
};
const codes = async (work: Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map((one) => (one.status === "fulfilled" ? "done" : one.reason.code)).sort();

describe("a role", () => {
  it("is changed with the next request, recorded with before and after, and told to the person", async () => {
    const t = await freshTenant();
    const { operator } = t.users;
    const input = { membershipId: await idOf(t, operator.id), role: "readonly" } as const;
    expect(await changeRole(t.as("manager"), input)).toMatchObject({ changed: true });
    const visit = await findVisit(t.tenant.slug, await sessionOf(operator.id));
    expect(visit?.access?.role).toBe("readonly");
    expect(await t.lastAudit()).toMatchObject({
      action: "team.roleChanged",
      subjectLabel: operator.email,
      before: { role: "operator" },
      after: { role: "readonly" },
    });
    expect((await letterTo(operator.email, /role/)).text).toContain("is readonly now");
  });

  it("that somebody has already changes nothing, and says so", async () => {
    const t = await freshTenant();
    const membershipId = await idOf(t, t.users.operator.id);
    expect(await changeRole(t.ctx, { membershipId, role: "operator" })).toMatchObject({ changed: false });
    expect(await t.auditCount()).toBe(0);
  });

  it("above the giver's own is given by nobody, and whoever is above them is touched by nobody", async () => {
    const t = await freshTenant();
    const [owner, operator] = [await idOf(t, t.users.owner.id), await idOf(t, t.users.operator.id)];
    const before = await t.rows();
    const manager = t.as("manager");
    const attempts = [
      () => changeRole(manager, { membershipId: operator, role: "owner" }),
      () => changeRole(manager, { membershipId: owner, role: "readonly" }),
      () => removeFromTeam(manager, { membershipId: owner }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: "forbidden", message: expect.stringMatching(/above/) });
      expect(await t.lastAudit()).toMatchObject({ outcome: "denied", reason: expect.stringMatching(/above/) });
    }
    expect(await t.rows()).toEqual(before);
  });
});

describe("somebody who is removed", () => {
  it("is out with the next request, and what they made stays", async () => {
    const t = await freshTenant();
    const { operator } = t.users;
    const session = await sessionOf(operator.id);
    await removeFromTeam(t.as("manager"), { membershipId: await idOf(t, operator.id) });
    expect((await findVisit(t.tenant.slug, session))?.access).toBeNull();
    expect(await t.lastAudit()).toMatchObject({
      action: "team.removed",
      subjectLabel: operator.email,
      before: { role: "operator" },
    });
    expect((await letterTo(operator.email, /no longer/)).text).toContain("removed");
  });

  it("goes of their own accord, whatever their role, and from an archived tenant too", async () => {
    const t = await freshTenant();
    await db().tenant.update({ where: { id: t.tenant.id }, data: { archivedAt: new Date() } });
    await leaveTeam(asPerson(t, t.users.readonly, "readonly"));
    expect(await t.lastAudit()).toMatchObject({ action: "team.left", subjectLabel: t.users.readonly.email });
    expect(await roles(t)).toHaveLength(3);
  });
});

it("whoever is to stay is told why before they try: the only owner, and whom a group put there", async () => {
  const t = await freshTenant();
  const [owner, viewer] = [asPerson(t, t.users.owner, "owner"), asPerson(t, t.users.readonly, "readonly")];
  const refusalOf = (deed: Promise<unknown>) => deed.then(String, (error: Error) => error.message);
  expect(await whyStay(owner)).toBe(await refusalOf(leaveTeam(owner)));
  await secondOwner(t);
  expect([await whyStay(owner), await whyStay(viewer)]).toEqual([null, null]);
  await db().tenantMembership.update({
    where: { id: await idOf(t, t.users.readonly.id) },
    data: { groupRole: "readonly" },
  });
  expect(await whyStay(viewer)).toContain("by a group that gives the role readonly");
  expect(await whyStay(viewer)).toBe(await refusalOf(leaveTeam(viewer)));
});

describe("the last owner", () => {
  it("stays, and keeps the role", async () => {
    const t = await freshTenant();
    const membershipId = await idOf(t, t.users.owner.id);
    const before = await t.rows();
    const attempts = [
      changeRole(t.ctx, { membershipId, role: "manager" }),
      removeFromTeam(t.ctx, { membershipId }),
      leaveTeam(asPerson(t, t.users.owner, "owner")),
    ];
    expect(await codes(attempts)).toEqual(["conflict", "conflict", "conflict"]);
    expect(await t.rows()).toEqual(before);
    expect(await hasOneOwner(t.ctx)).toBe(true);
    await secondOwner(t);
    expect(await hasOneOwner(t.ctx)).toBe(false);
  });

  it("is left when two owners go at once, demote each other at once, or remove each other at once", async () => {
    const both: ((t: Fixture, of: { own: string; other: string; ctx: Ctx & AccountCtx }) => Promise<unknown>)[] = [
      (_, { ctx }) => leaveTeam(ctx),
      (_, { ctx, other }) => changeRole(ctx, { membershipId: other, role: "manager" }),
      (_, { ctx, other }) => removeFromTeam(ctx, { membershipId: other }),
      (_, { ctx, own }) => changeRole(ctx, { membershipId: own, role: "readonly" }),
    ];
    for (const deed of both) {
      const t = await freshTenant();
      const [a, b] = [t.users.owner, await secondOwner(t)];
      const [idA, idB] = [await idOf(t, a.id), await idOf(t, b.id)];
      const outcome = await codes([
        deed(t, { own: idA, other: idB, ctx: asPerson(t, a, "owner") }),
        deed(t, { own: idB, other: idA, ctx: asPerson(t, b, "owner") }),
      ]);
      expect(outcome.filter((one) => one === "done")).toHaveLength(1);
      expect((await roles(t)).filter((role) => role === LAST_ROLE)).toHaveLength(1);
    }
  });
});

describe("changing the team", () => {
  const deeds = (ctx: Ctx, membershipId: string) => [
    changeRole(ctx, { membershipId, role: "readonly" }),
    removeFromTeam(ctx, { membershipId }),
  ];

  it("by an id of another tenant, or of nobody, is not found and changes nothing in either", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const before = [await t.rows(), await other.rows()];
    for (const id of [await idOf(other, other.users.operator.id), newId()]) {
      expect(await codes(deeds(t.ctx, id))).toEqual(["not_found", "not_found"]);
    }
    expect([await t.rows(), await other.rows()]).toEqual(before);
  });

  it("is refused to who may only look, and leaves nothing but the denial", async () => {
    const t = await freshTenant();
    const id = await idOf(t, t.users.operator.id);
    const before = await t.rows();
    for (const role of ["readonly", "operator", null] as const) {
      expect(await codes(deeds(t.as(role), id))).toEqual(["forbidden", "forbidden"]);
      expect(await t.lastAudit()).toMatchObject({ outcome: "denied" });
    }
    expect(await t.auditCount()).toBe(6);
    expect(await t.rows()).toEqual(before);
  });

  it("is refused with fields or operators that are none of its own", async () => {
    const t = await freshTenant();
    const membershipId = await idOf(t, t.users.operator.id);
    const before = await t.rows();
    const odd = [
      { membershipId, role: "readonly", tenantId: newId() },
      { membershipId: { not: "" }, role: "readonly" },
      { membershipId: [membershipId], role: "readonly" },
      { membershipId, role: "admin" },
      {},
    ];
    for (const input of odd) {
      expect(await codes([changeRole(t.ctx, input as never)]), JSON.stringify(input)).toEqual(["invalid"]);
      expect(await codes([removeFromTeam(t.ctx, { ...input, x: 1 } as never)])).toEqual(["invalid"]);
    }
    expect(await t.rows()).toEqual(before);
  });

  it("is nothing for somebody who is not on the team, such as an instance admin here for support", async () => {
    const t = await freshTenant();
    const admin = await newUser({ isInstanceAdmin: true });
    const expiresAt = new Date(Date.now() + 3_600_000);
    const data = { tenantId: t.tenant.id, userId: admin.id, reason: "asked for", expiresAt };
    await db().supportEntry.create({ data });
    const visit = await findVisit(t.tenant.slug, await sessionOf(admin.id));
    await expect(leaveTeam(asPerson(t, admin, visit?.access?.role ?? null))).rejects.toMatchObject({
      code: "not_found",
    });
    const { people } = await listTeam(t.ctx);
    expect(people.map(({ role }) => role).sort()).toEqual([...ROLES].sort());
    expect(people.map(({ email }) => email)).not.toContain(admin.email);
  });
});

describe("the list of the team", () => {
  it("pages through everybody once, and through nobody of another tenant", async () => {
    const t = await freshTenant();
    await freshTenant();
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listTeam(t.as("readonly"), { limit: 3, after });
      seen.push(...page.people.map(({ userId }) => userId));
      if (!page.next) break;
      after = page.next;
    }
    expect(seen.sort()).toEqual(ROLES.map((role) => t.users[role].id).sort());
  });

  it("is searched by name and address, with the signs of a pattern taken literally", async () => {
    const t = await freshTenant();
    for (const email of ["a_c", "abc"]) {
      const user = await newUser({ email: `${email}-${t.tenant.slug}@example.com`, name: `Zoë 100% ${email}` });
      await db().tenantMembership.create({ data: { tenantId: t.tenant.id, userId: user.id, role: "readonly" } });
    }
    const found = async (search: string) =>
      (await listTeam(t.ctx, { search })).people.map(({ email }) => email.split("-")[0]);
    expect(await found("a_c-")).toEqual(["a_c"]);
    expect(await found("ZOË 100% A")).toEqual(["a_c", "abc"]);
    expect(await found("100_")).toEqual([]);
    for (const input of [{ search: { contains: "" } }, { after: "x" }, { limit: 0 }, { tenantId: "x" }]) {
      await expect(listTeam(t.ctx, input as object)).rejects.toMatchObject({ code: "invalid" });
    }
  });
});
