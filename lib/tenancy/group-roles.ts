import { mayGiveRole, type Role } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import type { Invitation, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { sendInvitation } from "./invitation-letter.ts";
import { inviteByGroups, withdrawBeyond, withdrawByGroups } from "./invite.ts";
import { withinLimits } from "./letter-limits.ts";
import { type Membership, subjectOf, WITH_USER } from "./team-change.ts";

/** Who gets which role by the groups that they are in. */
export type GroupRoles = ReadonlyMap<string, { email: string; role: Role }>;

/** An invitation whose letter is to be sent once the transaction is committed. */
export interface Letter {
  invitation: Invitation;
  secret: string;
}

/**
 * Makes the team hold exactly what groups give, beside what was given by hand: the highest holds, and what ends is only what
 * came from groups. Nobody is put on a team without having agreed: who is not on it gets an invitation, and joins by groups
 * alone once they accepted one. The caller holds the tenant's row. @returns the letters to send after the commit
 */
export async function convergeGroupRoles(tx: Tx, ctx: Ctx, wanted: GroupRoles): Promise<Letter[]> {
  const where = {
    tenantId: ctx.tenant.id,
    OR: [{ groupRole: { not: null } }, { userId: { in: [...wanted.keys()] } }],
  };
  const held = await tx.tenantMembership.findMany({ where, include: WITH_USER, orderBy: { id: "asc" } });
  for (const membership of held) {
    await setGroupRole(tx, ctx, { membership, groupRole: wanted.get(membership.userId)?.role ?? null });
  }
  const away = new Map(wanted);
  for (const { userId } of held) away.delete(userId);
  return invite(tx, ctx, await admit(tx, ctx, away));
}

/** What is left of a membership, and why, when somebody changes what was given by hand. */
export function withHandRole({ groupRole }: Membership, role: Role): { role: Role; handRole?: Role } {
  return groupRole ? { role: higher(role, groupRole), handRole: role } : { role };
}

/** @throws conflict for a role that groups give: it would come back with the next sync */
export function refuseByGroups({ groupRole, user }: Membership): void {
  if (groupRole) throw conflict(byGroups({ groupRole, email: user.email }));
}

/** Why somebody whom a group put on the team is not taken off it by hand, and what would be. */
export function byGroups({ email, groupRole }: { email: string; groupRole: Role }): string {
  return `${email} is on the team by a group that gives the role ${groupRole}. Take them out of that group, or let it give no role.`;
}

/** Sends what convergeGroupRoles left to send. A letter that is not taken can be sent again from the team's page. */
export async function sendGroupLetters(letters: readonly Letter[], ctx: Ctx): Promise<void> {
  for (const letter of letters) await sendInvitation(ctx, letter);
}

function higher(one: Role, other: Role): Role {
  return mayGiveRole(one, other) ? one : other;
}

interface Change {
  membership: Membership;
  groupRole: Role | null;
}

async function setGroupRole(tx: Tx, ctx: Ctx, change: Change): Promise<void> {
  const { membership, groupRole } = change;
  if (membership.groupRole === groupRole) return;
  const handRole = membership.groupRole ? membership.handRole : membership.role;
  const role = handRole && groupRole ? higher(handRole, groupRole) : (handRole ?? groupRole);
  if (role)
    await tx.tenantMembership.update({ where: { id: membership.id }, data: { role, ...beside(change, handRole) } });
  else await tx.tenantMembership.delete({ where: { id: membership.id } });
  if (role === membership.role) return;
  await record(tx, ctx, {
    action: role ? "team.roleChanged" : "team.removed",
    subject: subjectOf(membership),
    reason: groupRole ? "by groups" : "no group gives it any more",
    before: { role: membership.role },
    ...(role && { after: { role } }),
  });
  await withdrawBeyond(tx, ctx, { userId: membership.userId, role });
}

function beside({ groupRole }: Change, handRole: Role | null) {
  return { groupRole, handRole: groupRole ? handRole : null };
}

/** Puts those on the team who agreed to it before. @returns the others */
async function admit(tx: Tx, ctx: Ctx, away: GroupRoles): Promise<GroupRoles> {
  const emails = [...away.values()].map(({ email }) => email);
  const agreed = await tx.invitation.findMany({
    where: { tenantId: ctx.tenant.id, byGroups: true, acceptedAt: { not: null }, email: { in: emails } },
    select: { email: true },
  });
  const addresses = new Set(agreed.map(({ email }) => email));
  const rest = new Map(away);
  for (const [userId, { email, role }] of away) {
    if (!addresses.has(email)) continue;
    rest.delete(userId);
    const data = { tenantId: ctx.tenant.id, userId, role, groupRole: role };
    const { id } = await tx.tenantMembership.create({ data });
    const subject = { type: "membership", id, label: email };
    await record(tx, ctx, { action: "team.added", subject, reason: "by groups", after: { role } });
  }
  return rest;
}

/** Invites as many as may be sent letters now: the others are left to the next sync. */
async function invite(tx: Tx, ctx: Ctx, wanted: GroupRoles): Promise<Letter[]> {
  const roles = new Map([...wanted.values()].map(({ email, role }) => [email, role]));
  const invited = await withdrawByGroups(tx, ctx, roles);
  const missing = [...roles.keys()].filter((email) => !invited.has(email));
  const letters: Letter[] = [];
  for (const email of missing.length > 0 ? await withinLimits(tx, ctx, missing) : []) {
    const role = roles.get(email);
    if (role) letters.push(await inviteByGroups(tx, ctx, { email, role }));
  }
  return letters;
}
