import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { acceptInvitation, changeRole, leaveTeam, removeFromTeam } from "#lib/tenancy/index.ts";
import { accountCtx, type Fixture, freshTenant, lettersTo, letterTo, linkSecretIn } from "#lib/testing/index.ts";
import { addToGroup, createGroup, deleteGroup, removeFromGroup, setGroupRole, updateGroup } from "./index.ts";

const roleOf = async (t: Fixture, userId: string) =>
  (await db().tenantMembership.findUnique({ where: { tenantId_userId: { tenantId: t.tenant.id, userId } } }))?.role;

/** A group that gives a role, with a member in it who accepted its invitation. */
async function helpers(role: "manager" | "operator" | "readonly" = "operator") {
  const t = await freshTenant();
  const { id: groupId } = await createGroup(t.ctx, { name: "Helpers" });
  await addToGroup(t.ctx, { groupId, memberIds: [t.member.id] });
  const mapped = await setGroupRole(t.ctx, { groupId, role });
  return { t, groupId, mapped, memberIds: [t.member.id] };
}

async function accept({ member }: Fixture) {
  const letter = await letterTo(member.email, /invited/);
  const ctx = accountCtx({ id: member.userId, email: member.email });
  return acceptInvitation(ctx, { token: linkSecretIn(letter) });
}

describe("a group that gives a team role", () => {
  it("puts nobody on the team who has not agreed to it: they are invited", async () => {
    const { t, mapped } = await helpers();
    expect(mapped).toEqual({ changed: true, invited: 1 });
    expect(await roleOf(t, t.member.userId)).toBeUndefined();
    expect(await accept(t)).toMatchObject({ role: "operator", joined: true });
    expect(await roleOf(t, t.member.userId)).toBe("operator");
  });

  it("ends it for who leaves, and gives it again without another letter to who comes back", async () => {
    const { t, groupId, memberIds } = await helpers();
    await accept(t);
    await removeFromGroup(t.ctx, { groupId, memberIds });
    expect(await roleOf(t, t.member.userId)).toBeUndefined();
    await addToGroup(t.ctx, { groupId, memberIds });
    expect(await roleOf(t, t.member.userId)).toBe("operator");
    expect(await lettersTo(t.member.email)).toHaveLength(1);
  });

  it("that is left before the invitation was accepted withdraws it", async () => {
    const { t, groupId } = await helpers();
    await deleteGroup(t.ctx, { groupId });
    await expect(accept(t)).rejects.toMatchObject({ code: "not_found" });
  });

  it("stands beside a role by hand: the higher holds, and what is left is what was given by hand", async () => {
    const { t, groupId, memberIds } = await helpers("operator");
    await accept(t);
    const where = { tenantId_userId: { tenantId: t.tenant.id, userId: t.member.userId } };
    const { id: membershipId } = await db().tenantMembership.findUniqueOrThrow({ where });
    await changeRole(t.ctx, { membershipId, role: "readonly" });
    expect(await roleOf(t, t.member.userId)).toBe("operator");
    await changeRole(t.ctx, { membershipId, role: "manager" });
    expect(await roleOf(t, t.member.userId)).toBe("manager");
    await setGroupRole(t.ctx, { groupId, role: "manager" });
    await changeRole(t.ctx, { membershipId, role: "readonly" });
    expect(await roleOf(t, t.member.userId)).toBe("manager");
    await removeFromGroup(t.ctx, { groupId, memberIds });
    expect(await db().tenantMembership.findUniqueOrThrow({ where })).toMatchObject({
      role: "readonly",
      groupRole: null,
      handRole: null,
    });
  });

  it("leaves the only owner what they are", async () => {
    const t = await freshTenant();
    const { id: groupId } = await createGroup(t.ctx, { name: "Everybody" });
    const member = await db().member.create({ data: { tenantId: t.tenant.id, userId: t.users.owner.id } });
    await addToGroup(t.ctx, { groupId, memberIds: [member.id] });
    await setGroupRole(t.ctx, { groupId, role: "readonly" });
    expect(await roleOf(t, t.users.owner.id)).toBe("owner");
    await deleteGroup(t.ctx, { groupId });
    expect(await roleOf(t, t.users.owner.id)).toBe("owner");
  });

  it("is the one who ends it: neither the team nor the person does so by hand", async () => {
    const { t } = await helpers();
    await accept(t);
    const where = { tenantId_userId: { tenantId: t.tenant.id, userId: t.member.userId } };
    const { id: membershipId } = await db().tenantMembership.findUniqueOrThrow({ where });
    await expect(removeFromTeam(t.ctx, { membershipId })).rejects.toMatchObject({ code: "conflict" });
    const own = { ...t.ctx, ...accountCtx({ id: t.member.userId, email: t.member.email }) };
    await expect(leaveTeam(own)).rejects.toMatchObject({ code: "conflict" });
    expect(await roleOf(t, t.member.userId)).toBe("operator");
  });

  it("gives the highest of several, and the next one when that ends", async () => {
    const { t, groupId, memberIds } = await helpers("manager");
    await accept(t);
    const second = await createGroup(t.ctx, { name: "Readers" });
    await addToGroup(t.ctx, { groupId: second.id, memberIds });
    await setGroupRole(t.ctx, { groupId: second.id, role: "readonly" });
    expect(await roleOf(t, t.member.userId)).toBe("manager");
    await setGroupRole(t.ctx, { groupId, role: null });
    expect(await roleOf(t, t.member.userId)).toBe("readonly");
  });
});

describe("a group's role is refused", () => {
  it("above the actor's own, and as owner to everybody, and nothing changes", async () => {
    const { t, groupId } = await helpers("manager");
    await expect(setGroupRole(t.ctx, { groupId, role: "owner" })).rejects.toMatchObject({ code: "invalid" });
    const before = await t.rows();
    const robot = t.by({
      type: "token",
      id: t.users.owner.id,
      kind: "robot",
      name: "groups",
      user: null,
      scopes: ["group.manage", "team.changeRole", "team.invite", "team.remove"],
      role: null,
    });
    const late = await t.addMember();
    const rows = await t.rows();
    const refused = { code: "forbidden" };
    await expect(setGroupRole(robot, { groupId, role: "readonly" })).rejects.toMatchObject(refused);
    await expect(addToGroup(robot, { groupId, memberIds: [late.id] })).rejects.toMatchObject(refused);
    await expect(setGroupRole(t.as("operator"), { groupId, role: null })).rejects.toMatchObject(refused);
    await expect(deleteGroup(robot, { groupId })).rejects.toMatchObject(refused);
    expect(await t.rows()).toEqual(rows);
    expect(before).not.toEqual(rows);
  });
});

describe("a group that comes from elsewhere", () => {
  it("is changed there: by hand neither who is in it, nor its name, and it says where", async () => {
    const t = await freshTenant();
    const memberIds = [t.member.id];
    for (const origin of ["scim", "claim"] as const) {
      const data = { tenantId: t.tenant.id, name: origin, origin };
      const { id: groupId } = await db().memberGroup.create({ data });
      const refused = { code: "conflict", message: expect.stringContaining("comes from") };
      const before = await t.rows();
      await expect(addToGroup(t.ctx, { groupId, memberIds })).rejects.toMatchObject(refused);
      await expect(removeFromGroup(t.ctx, { groupId, memberIds })).rejects.toMatchObject(refused);
      if (origin === "scim") {
        await expect(updateGroup(t.ctx, { groupId, name: "Mine" })).rejects.toMatchObject(refused);
        await expect(deleteGroup(t.ctx, { groupId })).rejects.toMatchObject(refused);
      }
      expect(await t.rows()).toEqual(before);
      expect(await updateGroup(t.ctx, { groupId, description: "ours" })).toMatchObject({ changed: true });
    }
  });
});
