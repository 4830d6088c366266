import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { addToGroup, decideAccess, giveToGroup, grantEntitlement, setGroupRole } from "#lib/entitlements/index.ts";
import { asMember, type Fixture, freshTenant, newUser } from "#lib/testing/index.ts";
import {
  changeDirectoryUser,
  createClaimGroup,
  createDirectoryGroup,
  createDirectorySecret,
  createDirectoryUser,
  disconnectDirectory,
  findDirectory,
  previewDisconnect,
  saveClaimSettings,
} from "./index.ts";

const told = (email: string, active = true) => {
  return { userName: email, externalId: null, displayName: null, email, active, attributes: {} };
};

const may = async (t: Fixture, userId: string) =>
  (await decideAccess(asMember({ userId }), t.repository, "registry.pull")).decision.allowed;
const roleOf = async (t: Fixture, userId: string) =>
  (await db().tenantMembership.findUnique({ where: { tenantId_userId: { tenantId: t.tenant.id, userId } } }))?.role;

/** A directory with a secret, a claim, two people, one of them inactive, and a group that gives a product and a role. */
async function connected() {
  const t = await freshTenant({ product: { requiresEntitlement: true } });
  const { secret } = await createDirectorySecret(t.ctx);
  const [ana, ben] = [await newUser({ emailVerifiedAt: new Date() }), await newUser({ emailVerifiedAt: new Date() })];
  const users = [
    await createDirectoryUser(t.ctx, told(ana.email)),
    await createDirectoryUser(t.ctx, told(ben.email)),
  ] as const;
  const group = await createDirectoryGroup(t.ctx, { displayName: "Staff", add: users.map(({ id }) => id) });
  await giveToGroup(t.ctx, { groupId: group.id, productId: t.product.id });
  await setGroupRole(t.ctx, { groupId: group.id, role: "manager" });
  // Both agreed to be on the team.
  const agreed = { tenantId: t.tenant.id, email: { in: [ana.email, ben.email] } };
  await db().invitation.updateMany({ where: agreed, data: { acceptedAt: new Date() } });
  await setGroupRole(t.ctx, { groupId: group.id, role: "operator" });
  await changeDirectoryUser(t.ctx, users[1].id, () => told(ben.email, false));
  await db().directory.update({ where: { tenantId: t.tenant.id }, data: { claimProvider: "google" } });
  const byClaim = await createClaimGroup(t.ctx, { name: "Beta", value: "beta" });
  // A request of its own: a preview tells what moved by its time.
  const later = { ...t.ctx, now: new Date(Date.now() + 1000) };
  return { t, later, secret, ana, ben, group, byClaim };
}

const suspended = (t: Fixture, userId: string) =>
  db().member.findUniqueOrThrow({ where: { tenantId_userId: { tenantId: t.tenant.id, userId } } });

describe("a directory that is disconnected", () => {
  it("leaves its groups as groups by hand with what they give, and whoever was suspended as they are", async () => {
    const { t, later, secret, ana, ben, group, byClaim } = await connected();
    const before = await t.rows();
    expect(await previewDisconnect(later)).toEqual({
      gains: { count: 0, first: [] },
      loses: { count: 0, first: [] },
      team: [],
    });
    expect(await t.rows()).toEqual(before);
    expect(await disconnectDirectory(t.ctx)).toEqual({ changed: true, secrets: 1, people: 2, groups: 2 });
    expect(await findDirectory(t.tenant.slug, secret)).toBeNull();
    expect([await may(t, ana.id), await roleOf(t, ana.id)]).toEqual([true, "operator"]);
    expect([await may(t, ben.id), (await suspended(t, ben.id)).suspendedAt]).toEqual([false, expect.any(Date)]);
    const groups = await db().memberGroup.findMany({ where: { id: { in: [group.id, byClaim.id] } } });
    expect(groups.map(({ origin, externalId }) => [origin, externalId])).toEqual([
      ["hand", null],
      ["hand", null],
    ]);
    await addToGroup(t.ctx, { groupId: group.id, memberIds: [t.member.id] });
    expect(await may(t, t.member.userId)).toBe(true);
    expect(await db().directory.findUnique({ where: { tenantId: t.tenant.id } })).toBeNull();
    const [last] = await db().auditEvent.findMany({
      where: { tenantId: t.tenant.id, action: "directory.disconnected" },
    });
    expect(last?.before).toEqual({ secrets: 1, people: 2, groups: 2, groupsWere: "kept" });
    expect(await disconnectDirectory(t.ctx)).toMatchObject({ changed: false });
  });

  it("ends them with what they gave, where that is asked for: as was shown before, and nothing of other sources", async () => {
    const { t, later, ana, group } = await connected();
    await grantEntitlement(t.ctx, { memberId: t.member.id, productId: t.product.id });
    const preview = await previewDisconnect(later, { groups: "end" });
    expect(preview.loses).toEqual({ count: 1, first: [{ email: ana.email, product: t.product.name }] });
    expect(preview.team).toEqual([`${ana.email} leaves the team (operator)`]);
    expect(await may(t, ana.id)).toBe(true);
    expect(await disconnectDirectory(later, { groups: "end" })).toMatchObject({ changed: true, groups: 2 });
    expect([await may(t, ana.id), await roleOf(t, ana.id)]).toEqual([false, undefined]);
    expect(await may(t, t.member.userId)).toBe(true);
    expect(await db().memberGroup.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    const ended = await db().entitlement.findMany({ where: { tenantId: t.tenant.id, sourceRef: group.id } });
    expect(ended.every(({ revokedAt }) => revokedAt !== null)).toBe(true);
    expect((await suspended(t, ana.id)).suspendedAt).toBeNull();
  });

  it("is none that whoever may not manage providers disconnects, or sees the end of", async () => {
    const { t } = await connected();
    const before = await t.rows();
    for (const role of ["operator", "readonly"] as const) {
      const refused = { code: "forbidden", reason: "provider.manage" };
      await expect(disconnectDirectory(t.as(role))).rejects.toMatchObject(refused);
      await expect(previewDisconnect(t.as(role), { groups: "end" })).rejects.toMatchObject(refused);
    }
    expect(await t.rows()).toEqual(before);
  });

  it("follows nobody any more who was under way: neither a request of its client nor a sign-in", async () => {
    const { t, secret } = await connected();
    const late = await findDirectory(t.tenant.slug, secret);
    const ctx = { ...t.ctx, ...late };
    await disconnectDirectory(t.ctx);
    const before = await t.rows();
    await expect(createDirectoryUser(ctx, told("late@example.com"))).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(createDirectoryGroup(ctx, { displayName: "Late" })).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await t.rows()).toEqual(before);
    await createDirectorySecret(t.ctx);
    await saveClaimSettings(t.ctx, { provider: null, claim: "groups" });
    expect(await createDirectoryUser(t.ctx, told("again@example.com"))).toMatchObject({ active: true });
  });
});
