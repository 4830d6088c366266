import { record } from "#lib/audit/index.ts";
import type { DirectoryUser, MemberGroup, Tx } from "#lib/db/index.ts";
import { convergeGroup, convergeRoles } from "#lib/entitlements/index.ts";
import { addComplimentaryMember, type Letter, suspendMember, unsuspendMember } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";

const WHY = "deactivated in the directory";
/** So many are named in the log; of the rest it has the number. */
const NAMED = 50;

/**
 * Makes members, suspensions, groups and roles follow what the directory says of one person. Within `asOne`, under the
 * tenant's lock. @returns the letters to send after the commit
 */
export async function settleUser(tx: Tx, ctx: Ctx, user: DirectoryUser): Promise<Letter[]> {
  if (!(await settlePerson(tx, ctx, user))) return [];
  const groups = await tx.memberGroup.findMany({
    where: { tenantId: ctx.tenant.id, directoryMembers: { some: { directoryUserId: user.id } } },
    orderBy: { id: "asc" },
  });
  return settleGroups(tx, ctx, groups);
}

/** The same of their membership and suspension alone; their groups are the caller's. @returns whether a member stands behind them */
export async function settlePerson(tx: Tx, ctx: Ctx, user: DirectoryUser): Promise<boolean> {
  const memberId = user.memberId ?? (user.active ? await memberOf(tx, ctx, user) : null);
  if (!memberId) return false;
  // Nothing that the directory told has changed by it.
  const { id, updatedAt } = user;
  if (!user.memberId) await tx.directoryUser.update({ where: { id }, data: { memberId, updatedAt } });
  await (user.active ? admit(tx, ctx, memberId) : shutOut(tx, ctx, memberId));
  return true;
}

/** Ends what the directory gave somebody whom it has no more; the row itself is the caller's. */
export async function endUser(tx: Tx, ctx: Ctx, user: DirectoryUser): Promise<Letter[]> {
  const where = { tenantId: ctx.tenant.id, directoryUserId: user.id };
  const groups = await tx.memberGroup.findMany({
    where: { tenantId: ctx.tenant.id, directoryMembers: { some: where } },
    orderBy: { id: "asc" },
  });
  await tx.directoryGroupMember.deleteMany({ where });
  if (user.memberId) await shutOut(tx, ctx, user.memberId);
  return settleGroups(tx, ctx, groups);
}

/** Makes those groups hold whom the directory has in them, and what they give follow. */
export async function settleGroups(tx: Tx, ctx: Ctx, groups: readonly MemberGroup[]): Promise<Letter[]> {
  let moved = false;
  for (const group of groups) moved = ((await settleMembers(tx, ctx, group)) && group.role !== null) || moved;
  return moved ? convergeRoles(tx, ctx) : [];
}

/** @returns whether somebody joined or left */
async function settleMembers(tx: Tx, ctx: Ctx, group: MemberGroup): Promise<boolean> {
  const { id } = group;
  const left = await tx.$queryRaw<{ id: string }[]>`
    DELETE FROM group_members gm WHERE gm.group_id = ${id}::uuid AND NOT EXISTS (SELECT FROM directory_group_members d
      JOIN directory_users u ON u.id = d.directory_user_id
      WHERE d.group_id = gm.group_id AND u.active AND u.member_id = gm.member_id) RETURNING member_id AS id`;
  const joined = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO group_members (tenant_id, group_id, member_id, added_at)
    SELECT d.tenant_id, d.group_id, u.member_id, ${ctx.now} FROM directory_group_members d
    JOIN directory_users u ON u.id = d.directory_user_id
    WHERE d.group_id = ${id}::uuid AND u.active AND u.member_id IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING member_id AS id`;
  if (left.length + joined.length === 0) return false;
  const moved = await convergeGroup(tx, ctx, { group, why: `left the group ${group.name}` });
  const subject = { type: "group", id, label: group.name };
  if (joined.length > 0) {
    const after = { members: joined.length, named: await namesOf(tx, joined), grants: moved.granted };
    await record(tx, ctx, { action: "group.membersAdded", subject, after });
  }
  if (left.length > 0) {
    const before = { members: left.length, named: await namesOf(tx, left), grants: moved.revoked };
    await record(tx, ctx, { action: "group.membersRemoved", subject, before });
  }
  return true;
}

async function namesOf(tx: Tx, members: { id: string }[]): Promise<string[]> {
  const ids = members.slice(0, NAMED).map(({ id }) => id);
  const rows = await tx.member.findMany({ where: { id: { in: ids } }, select: { user: { select: { email: true } } } });
  return rows.map(({ user }) => user.email).sort();
}

/**
 * The member behind an address: the account that has shown that it is its own, made a member as by hand. Null while there is
 * no such account, or another person of the directory stands for it: nobody is told which.
 */
async function memberOf(tx: Tx, ctx: Ctx, { email }: DirectoryUser): Promise<string | null> {
  if (!email) return null;
  const where = { email, emailVerifiedAt: { not: null } };
  const account = await tx.user.findFirst({ where, select: { id: true } });
  if (!account) return null;
  const { id } = await addComplimentaryMember(ctx, { userId: account.id, kind: "complimentary" });
  const taken = await tx.directoryUser.findFirst({ where: { tenantId: ctx.tenant.id, memberId: id } });
  return taken ? null : id;
}

/** Ends the suspension that the directory made, and no other. */
async function admit(tx: Tx, ctx: Ctx, memberId: string): Promise<void> {
  const ours = await tx.directorySuspension.findUnique({ where: { memberId }, include: { member: true } });
  if (!ours) return;
  await tx.directorySuspension.delete({ where: { memberId } });
  if (ours.member.suspendedAt?.getTime() !== ours.suspendedAt.getTime()) return;
  await unsuspendMember(ctx, { memberId, reason: "active in the directory" });
}

async function shutOut(tx: Tx, ctx: Ctx, memberId: string): Promise<void> {
  const { member, changed } = await suspendMember(ctx, { memberId, reason: WHY });
  if (!changed || !member.suspendedAt) return;
  const { suspendedAt } = member;
  const data = { tenantId: ctx.tenant.id, memberId, suspendedAt };
  await tx.directorySuspension.upsert({ where: { memberId }, create: data, update: { suspendedAt } });
}
