import { describe, expect, it } from "vitest";
import type { Actor, Capability } from "#lib/access/index.ts";
import { ROLE_CAPABILITIES } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, newUser, sessionOf } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  addComplimentaryMember,
  addToTeam,
  createTenant,
  findVisit,
  listMembers,
  listTenantsOf,
  memberInTenant,
  viewMember,
} from "./index.ts";

const robot = (scopes: readonly Capability[]): Actor => ({
  type: "token",
  id: newId(),
  kind: "robot",
  name: "ci",
  user: null,
  scopes,
  role: null,
});
const roleOf = async (t: Fixture, userId: string) =>
  (await db().tenantMembership.findFirst({ where: { tenantId: t.tenant.id, userId } }))?.role ?? null;

describe("putting somebody on the team", () => {
  it("gives them the role, once, and records it", async () => {
    const t = await freshTenant();
    const user = await newUser();
    await addToTeam(t.as("manager"), { userId: user.id, role: "operator" });
    await addToTeam(t.ctx, { userId: user.id, role: "owner" });
    expect(await roleOf(t, user.id)).toBe("operator");
    expect(await t.lastAudit()).toMatchObject({
      action: "team.added",
      subjectLabel: user.email,
      after: { role: "operator" },
    });
    expect(await t.auditCount()).toBe(1);
  });

  it("never gives a role above the giver's own", async () => {
    const t = await freshTenant();
    const user = await newUser();
    const before = await t.rows();
    const giving = addToTeam(t.as("manager"), { userId: user.id, role: "owner" });
    await expect(giving).rejects.toMatchObject({ code: "forbidden", message: "Nobody gives a role above their own." });
    expect(await t.rows()).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ action: "team.invite", outcome: "denied" });
  });

  it("by a robot gives no role that may do more than the robot itself", async () => {
    const t = await freshTenant();
    const user = await newUser();
    const before = await t.rows();
    const small = t.by(robot(["team.invite", ...ROLE_CAPABILITIES.readonly]));
    for (const role of ["owner", "manager", "operator"] as const) {
      await expect(addToTeam(small, { userId: user.id, role })).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await t.rows()).toEqual(before);
    await addToTeam(small, { userId: user.id, role: "readonly" });
    expect(await roleOf(t, user.id)).toBe("readonly");
  });

  it("is refused to an operator, and for a user or a role that is not there", async () => {
    const t = await freshTenant();
    const user = await newUser();
    const before = await t.rows();
    const by = (ctx: Fixture["ctx"], input: object) => addToTeam(ctx, { userId: user.id, role: "readonly", ...input });
    await expect(by(t.as("operator"), {})).rejects.toMatchObject({ reason: "team.invite" });
    await expect(by(t.ctx, { userId: newId() })).rejects.toMatchObject({ code: "not_found" });
    await expect(by(t.ctx, { role: "admin" })).rejects.toMatchObject({ code: "invalid" });
    await expect(by(t.ctx, { tenantId: newId() })).rejects.toMatchObject({ code: "invalid" });
    expect(await t.rows()).toEqual(before);
  });
});

describe("a member", () => {
  it("is added once, with a membership that holds, and recorded", async () => {
    const t = await freshTenant();
    const user = await newUser();
    const { id } = await addComplimentaryMember(t.ctx, { userId: user.id, kind: "lifetime" });
    expect(await addComplimentaryMember(t.ctx, { userId: user.id, kind: "complimentary" })).toEqual({ id });
    expect(await viewMember(t.as("readonly"), id)).toMatchObject({
      user: { email: user.email },
      subscriptions: [{ kind: "lifetime" }],
    });
    expect(await t.auditCount()).toBe(1);
  });

  it("is not added by an operator, nor of a user who is not there, nor with an id that is none", async () => {
    const t = await freshTenant();
    const user = await newUser();
    const before = await t.rows();
    const add = (ctx: Fixture["ctx"], userId: string) => addComplimentaryMember(ctx, { userId, kind: "lifetime" });
    await expect(add(t.as("operator"), user.id)).rejects.toMatchObject({ reason: "member.invite" });
    await expect(add(t.ctx, newId())).rejects.toMatchObject({ code: "not_found" });
    await expect(add(t.ctx, "1")).rejects.toMatchObject({ code: "invalid" });
    expect(await t.rows()).toEqual(before);
  });

  it("of another tenant is not found, in the words for one who is not there", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const words = async (work: Promise<unknown>) =>
      work.then(
        () => "found",
        (error: Error) => error.message,
      );
    const foreign = await words(viewMember(t.ctx, other.member.id));
    expect(foreign).toBe(await words(viewMember(t.ctx, newId())));
    expect(foreign).toBe(await words(viewMember(t.ctx, "1")));
    expect(foreign).toBe(await words(memberInTenant(db(), t.ctx, other.member.id)));
  });
});

describe("the list of members", () => {
  it("pages through all of them, each once, and none of another tenant", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const ids = [t.member.id];
    for (let n = 0; n < 4; n++) ids.push((await t.addMember()).id);
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listMembers(t.as("readonly"), { limit: 2, after });
      seen.push(...page.members.map((member) => member.id));
      if (!page.next) break;
      after = page.next;
    }
    expect(seen).toEqual(ids);
    expect(seen).not.toContain(other.member.id);
  });

  it("is searched by name and address, with the signs of a pattern taken literally", async () => {
    const t = await freshTenant();
    const tenantId = t.tenant.id;
    for (const email of ["a_c", "abc", "a%c"]) {
      const user = await newUser({
        email: `${email}-${t.tenant.slug}@example.com`,
        name: email === "abc" ? "Zoë O'Hara" : null,
      });
      await db().member.create({ data: { tenantId, userId: user.id } });
    }
    const found = async (search: string) =>
      (await listMembers(t.ctx, { search })).members.map(({ user }) => user.email.split("-")[0]);
    expect(await found("a_c-")).toEqual(["a_c"]);
    expect(await found("a%c-")).toEqual(["a%c"]);
    expect(await found("zoë o'h")).toEqual(["abc"]);
    expect(await found("\\")).toEqual([]);
    expect(await found("ABC-T")).toEqual(["abc"]);
  });

  it.each([[{ limit: 0 }], [{ limit: 1000 }], [{ after: "x" }], [{ search: { contains: "" } }], [{ tenantId: "x" }]])(
    "refuses %j",
    async (filter) => {
      const t = await freshTenant();
      await expect(listMembers(t.ctx, filter as object)).rejects.toMatchObject({ code: "invalid" });
    },
  );
});

const accessOf = async (slug: string, userId: string) =>
  (await findVisit(slug, await sessionOf(userId)))?.access ?? null;

describe("who may enter a tenant", () => {
  it("is its team and its members: everyone else gets what they get for no tenant", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    expect(await accessOf(t.tenant.slug, t.users.operator.id)).toMatchObject({ role: "operator", memberId: null });
    expect(await accessOf(t.tenant.slug, t.member.userId)).toMatchObject({ role: null, memberId: t.member.id });
    expect(await accessOf(t.tenant.slug, other.users.owner.id)).toBeNull();
    expect(await accessOf("no-such-tenant", t.users.owner.id)).toBeNull();
  });

  it("is its team alone once it is archived, and nobody once it was deleted", async () => {
    const t = await freshTenant();
    await db().tenant.update({ where: { id: t.tenant.id }, data: { archivedAt: new Date() } });
    expect(await accessOf(t.tenant.slug, t.users.readonly.id)).toMatchObject({ role: "readonly" });
    expect(await accessOf(t.tenant.slug, t.member.userId)).toBeNull();
    await db().tenant.update({ where: { id: t.tenant.id }, data: { deletedAt: new Date() } });
    expect(await accessOf(t.tenant.slug, t.users.owner.id)).toBeNull();
  });

  it("is nobody by a session that has ended, has run out or awaits its second factor", async () => {
    const t = await freshTenant();
    const { id } = t.users.owner;
    const [good, late, half] = [await sessionOf(id), await sessionOf(id), await sessionOf(id)];
    await db().session.update({ where: { id: late }, data: { expiresAt: new Date() } });
    await db().session.update({ where: { id: half }, data: { awaitsSecondFactor: true } });
    expect(await findVisit(t.tenant.slug, good)).toMatchObject({ user: { id }, access: { role: "owner" } });
    for (const session of [late, half, newId()]) expect(await findVisit(t.tenant.slug, session)).toBeNull();
  });

  it("sees just these tenants to choose from", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    await db().member.create({ data: { tenantId: b.tenant.id, userId: a.users.owner.id } });
    const { tenants: choices } = await listTenantsOf(a.users.owner.id);
    expect(new Map(choices.map((choice) => [choice.slug, [choice.role, choice.isMember]]))).toEqual(
      new Map([
        [a.tenant.slug, ["owner", false]],
        [b.tenant.slug, [null, true]],
      ]),
    );
    expect(await listTenantsOf((await newUser()).id)).toEqual({ tenants: [], next: null });
  });
});

describe("making a tenant", () => {
  const by = { actor: { type: "system" } as const, requestId: newId() };

  it("gives it its first owner, and never issues a slug again", async () => {
    const owner = await newUser();
    const slug = `v${newId().slice(-12)}`;
    const tenant = await createTenant(by, { slug, name: "Vendor", ownerId: owner.id });
    expect(await accessOf(slug, owner.id)).toMatchObject({ role: "owner" });
    await db().tenant.update({ where: { id: tenant.id }, data: { archivedAt: new Date() } });
    await expect(createTenant(by, { slug, name: "Other", ownerId: owner.id })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it.each(["v2", "t", "api", "store", "A", "a_b", "a--b", "-a", "a/b", "", "a".repeat(64), "ä"])(
    "refuses the slug %j",
    async (slug) => {
      await expect(createTenant(by, { slug, name: "x", ownerId: newId() })).rejects.toMatchObject({ code: "invalid" });
    },
  );
});
