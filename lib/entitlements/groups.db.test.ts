import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { asMember, type Fixture, freshTenant } from "#lib/testing/index.ts";
import {
  addToGroup,
  createGroup,
  decideAccess,
  deleteGroup,
  giveToGroup,
  grantEntitlement,
  listGroupMembers,
  listGroups,
  listGroupsOf,
  removeFromGroup,
  revokeEntitlement,
  takeFromGroup,
  updateGroup,
  viewGroup,
} from "./index.ts";

const may = async (t: Fixture, member: { userId: string }) =>
  (await decideAccess(asMember(member), t.repository, "registry.pull")).decision.allowed;
const standing = (t: Fixture, sourceRef: string) =>
  db().entitlement.count({ where: { tenantId: t.tenant.id, source: "group", sourceRef, revokedAt: null } });

/** A group that gives the restricted product, with a member in it. */
async function partners() {
  const t = await freshTenant({ product: { requiresEntitlement: true } });
  const group = await createGroup(t.ctx, { name: "Partners" });
  await giveToGroup(t.ctx, { groupId: group.id, productId: t.product.id });
  await addToGroup(t.ctx, { groupId: group.id, memberIds: [t.member.id] });
  return { t, group, groupId: group.id };
}

describe("a group", () => {
  it("gives what it gives to whoever joins, and takes it when they leave, at once", async () => {
    const { t, groupId } = await partners();
    const late = await t.addMember();
    expect([await may(t, t.member), await may(t, late)]).toEqual([true, false]);
    const joined = await addToGroup(t.ctx, { groupId, emails: [late.email.toUpperCase(), "nobody@example.com", ""] });
    expect(joined).toEqual({ added: 1, already: 0, unknown: ["nobody@example.com"], granted: 1, revoked: 0 });
    expect(await may(t, late)).toBe(true);
    const left = await removeFromGroup(t.ctx, { groupId, memberIds: [t.member.id] });
    expect(left).toEqual({ removed: 1, granted: 0, revoked: 1 });
    expect([await may(t, t.member), await may(t, late)]).toEqual([false, true]);
    const row = await db().entitlement.findFirstOrThrow({ where: { memberId: t.member.id } });
    expect(row).toMatchObject({
      source: "group",
      sourceRef: groupId,
      reason: "in the group Partners",
      revokeReason: "left the group Partners",
      revokedBy: `user:${t.users.owner.id}`,
    });
  });

  it("gives a product that is added to all who are in it, and takes back one that is removed", async () => {
    const { t, groupId } = await partners();
    const other = await t.addProduct({ requiresEntitlement: true });
    const change = { groupId, productId: other.id };
    expect(await giveToGroup(t.ctx, change)).toEqual({ changed: true, granted: 1, revoked: 0 });
    expect(await giveToGroup(t.ctx, change)).toEqual({ changed: false, granted: 0, revoked: 0 });
    expect(await standing(t, groupId)).toBe(2);
    expect(await takeFromGroup(t.ctx, change)).toEqual({ changed: true, granted: 0, revoked: 1 });
    expect(await t.lastAudit()).toMatchObject({
      action: "group.productRemoved",
      before: { product: other.slug, grants: 1 },
    });
    expect(await may(t, t.member)).toBe(true);
  });

  it("that is deleted ends what it gave, and leaves what an admin or another group gave", async () => {
    const { t, groupId } = await partners();
    const second = await createGroup(t.ctx, { name: "Friends" });
    await giveToGroup(t.ctx, { groupId: second.id, productId: t.product.id });
    await addToGroup(t.ctx, { groupId: second.id, memberIds: [t.member.id] });
    const admin = await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    expect(await deleteGroup(t.ctx, { groupId })).toEqual({ revoked: 1 });
    expect([await standing(t, groupId), await standing(t, second.id)]).toEqual([0, 1]);
    await deleteGroup(t.ctx, { groupId: second.id });
    expect(await may(t, t.member)).toBe(true);
    await revokeEntitlement(t.ctx, { entitlementId: admin.grant.id });
    expect(await may(t, t.member)).toBe(false);
    expect(await listGroups(t.ctx)).toEqual({ groups: [], next: null });
  });

  it("that is joined twice, and left twice, changes nothing the second time, and leaves no row in the log", async () => {
    const { t, groupId } = await partners();
    const memberIds = [t.member.id];
    const before = [await t.rows(), await t.auditCount()];
    expect(await addToGroup(t.ctx, { groupId, memberIds })).toMatchObject({ added: 0, already: 1, granted: 0 });
    expect([await t.rows(), await t.auditCount()]).toEqual(before);
    await removeFromGroup(t.ctx, { groupId, memberIds });
    const after = [await t.rows(), await t.auditCount()];
    expect(await removeFromGroup(t.ctx, { groupId, memberIds })).toMatchObject({ removed: 0, revoked: 0 });
    expect([await t.rows(), await t.auditCount()]).toEqual(after);
  });

  it("that many change at once gives each member one row", async () => {
    const { t, groupId } = await partners();
    const [late, product] = [await t.addMember(), await t.addProduct()];
    await Promise.all([
      ...Array.from({ length: 3 }, () => addToGroup(t.ctx, { groupId, memberIds: [late.id] })),
      ...Array.from({ length: 3 }, () => giveToGroup(t.ctx, { groupId, productId: product.id })),
    ]);
    expect(await standing(t, groupId)).toBe(4);
  });

  it("keeps its rows to itself: one of them is not revoked by hand", async () => {
    const { t } = await partners();
    const row = await db().entitlement.findFirstOrThrow({ where: { memberId: t.member.id } });
    const before = await t.rows();
    await expect(revokeEntitlement(t.ctx, { entitlementId: row.id })).rejects.toMatchObject({ code: "conflict" });
    expect(await t.rows()).toEqual(before);
  });

  it("has a name of its own, which can be changed", async () => {
    const { t, groupId } = await partners();
    await createGroup(t.ctx, { name: "Friends" });
    await expect(createGroup(t.ctx, { name: " Partners " })).rejects.toMatchObject({ code: "conflict" });
    await expect(updateGroup(t.ctx, { groupId, name: "Friends" })).rejects.toMatchObject({ code: "conflict" });
    expect(await updateGroup(t.ctx, { groupId, name: "Partners" })).toMatchObject({ changed: false });
    expect(await updateGroup(t.ctx, { groupId, name: "Resellers", description: "by contract" })).toMatchObject({
      changed: true,
      group: { name: "Resellers" },
    });
    expect(await t.lastAudit()).toMatchObject({ action: "group.updated", before: { name: "Partners" } });
  });

  it("takes ids as they are written elsewhere, and names in the log whom it lost, not everybody who was asked for", async () => {
    const { t, groupId } = await partners();
    const [late, never] = [await t.addMember(), await t.addMember()];
    const memberIds = [late.id.toUpperCase()];
    expect(await addToGroup(t.ctx, { groupId: groupId.toUpperCase(), memberIds })).toMatchObject({ added: 1 });
    expect(await may(t, late)).toBe(true);
    const leaving = { groupId, memberIds: [late.id.toUpperCase(), never.id] };
    expect(await removeFromGroup(t.ctx, leaving)).toMatchObject({ removed: 1, revoked: 1 });
    expect(await t.lastAudit()).toMatchObject({ before: { members: 1, named: [late.email] } });
  });

  it("is one of a list by name, a page at a time", async () => {
    const t = await freshTenant();
    for (const name of ["b", "a", "C", "é", "ab", "a_c"]) await createGroup(t.ctx, { name });
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const { groups, next } = await listGroups(t.ctx, { after, limit: 2 });
      seen.push(...groups.map(({ name }) => name));
      if (!next) break;
      after = next;
    }
    expect([...seen].sort()).toEqual(["C", "a", "a_c", "ab", "b", "é"]);
    expect((await listGroups(t.ctx, { search: "A_" })).groups.map(({ name }) => name)).toEqual(["a_c"]);
  });

  it("is shown with whom it has and what it gives, a page at a time", async () => {
    const { t, groupId } = await partners();
    const late = await t.addMember();
    await addToGroup(t.ctx, { groupId, memberIds: [late.id] });
    const viewer = t.as("readonly");
    expect(await viewGroup(viewer, groupId)).toMatchObject({ members: 2, products: [{ slug: t.product.slug }] });
    const first = await listGroupMembers(viewer, { groupId, limit: 1 });
    const rest = await listGroupMembers(viewer, { groupId, limit: 1, after: first.next ?? "" });
    expect([...first.members, ...rest.members].map(({ id }) => id)).toEqual([t.member.id, late.id].sort());
    expect((await listGroupMembers(viewer, { groupId, search: late.email })).members).toHaveLength(1);
    expect(await listGroupsOf(viewer, late.id)).toEqual([{ id: groupId, name: "Partners" }]);
  });
});

describe("a group is refused", () => {
  it("to another tenant's team, in the words for what is not there, and nothing changes", async () => {
    const { t, groupId } = await partners();
    const other = await freshTenant();
    const before = [await t.rows(), await other.rows()];
    const missing = { code: "not_found" };
    await expect(addToGroup(other.ctx, { groupId, memberIds: [other.member.id] })).rejects.toMatchObject(missing);
    await expect(removeFromGroup(other.ctx, { groupId, memberIds: [t.member.id] })).rejects.toMatchObject(missing);
    await expect(giveToGroup(other.ctx, { groupId, productId: other.product.id })).rejects.toMatchObject(missing);
    await expect(takeFromGroup(other.ctx, { groupId, productId: t.product.id })).rejects.toMatchObject(missing);
    await expect(updateGroup(other.ctx, { groupId, name: "Mine" })).rejects.toMatchObject(missing);
    await expect(deleteGroup(other.ctx, { groupId })).rejects.toMatchObject(missing);
    await expect(viewGroup(other.ctx, groupId)).rejects.toMatchObject(missing);
    await expect(addToGroup(t.ctx, { groupId, memberIds: [other.member.id] })).rejects.toMatchObject(missing);
    await expect(giveToGroup(t.ctx, { groupId, productId: other.product.id })).rejects.toMatchObject(missing);
    await expect(listGroupMembers(other.ctx, { groupId })).rejects.toMatchObject(missing);
    expect([await t.rows(), await other.rows()]).toEqual(before);
  });

  it("to a role that lacks group.manage, and leaves nothing but the audit row", async () => {
    const { t, groupId } = await partners();
    const before = await t.rows();
    const refused = { code: "forbidden", reason: "group.manage" };
    const as = t.as("operator");
    await expect(createGroup(as, { name: "Mine" })).rejects.toMatchObject(refused);
    await expect(updateGroup(as, { groupId, name: "Mine" })).rejects.toMatchObject(refused);
    await expect(deleteGroup(as, { groupId })).rejects.toMatchObject(refused);
    await expect(addToGroup(as, { groupId, memberIds: [t.member.id] })).rejects.toMatchObject(refused);
    await expect(removeFromGroup(as, { groupId, memberIds: [t.member.id] })).rejects.toMatchObject(refused);
    await expect(giveToGroup(as, { groupId, productId: t.product.id })).rejects.toMatchObject(refused);
    await expect(takeFromGroup(as, { groupId, productId: t.product.id })).rejects.toMatchObject(refused);
    await expect(listGroups(t.as(null))).rejects.toMatchObject({ reason: "group.view" });
    expect(await t.rows()).toEqual(before);
  });

  it("to who may manage groups and grant nothing, as soon as it gives a product", async () => {
    const { t, groupId } = await partners();
    const empty = await createGroup(t.ctx, { name: "Empty" });
    const robot = t.by({
      type: "token",
      id: t.users.owner.id,
      kind: "robot",
      name: "groups",
      user: null,
      scopes: ["group.manage"],
      role: null,
    });
    const memberIds = [t.member.id];
    expect(await addToGroup(robot, { groupId: empty.id, memberIds })).toMatchObject({ added: 1 });
    const before = await t.rows();
    const late = await t.addMember();
    const lacking = (reason: string) => ({ code: "forbidden", reason });
    const join = addToGroup(robot, { groupId, memberIds: [late.id] });
    await expect(join).rejects.toMatchObject(lacking("entitlement.grant"));
    await expect(removeFromGroup(robot, { groupId, memberIds })).rejects.toMatchObject(lacking("entitlement.revoke"));
    await expect(deleteGroup(robot, { groupId })).rejects.toMatchObject(lacking("entitlement.revoke"));
    expect(await t.lastAudit()).toMatchObject({ action: "entitlement.revoke", outcome: "denied" });
    const give = giveToGroup(robot, { groupId: empty.id, productId: t.product.id });
    await expect(give).rejects.toMatchObject(lacking("entitlement.grant"));
    expect({ ...(await t.rows()), members: 0, subscriptions: 0 }).toEqual({ ...before, members: 0, subscriptions: 0 });
  });
});
