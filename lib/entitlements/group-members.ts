import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { invalid, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { convergeGroup, groupInTenant, type Moved, subjectOf } from "./group-grants.ts";
import { convergeRoles, withLetters } from "./group-roles.ts";
import { demandWhereItGives, refuseFrom } from "./groups.ts";

const MANY = 1000;
/** So many are named in the log; of the rest it has the number. */
const NAMED = 50;
const WHO = "Who is in it";

// As the database writes it: those asked for are compared with those found.
const Id = z.uuid("is not an id").toLowerCase();

export const AddToGroup = z.strictObject({
  groupId: Id,
  memberIds: z.array(Id).max(MANY, `may name at most ${MANY}`).default([]),
  emails: z.array(z.string().trim().toLowerCase().max(320)).max(MANY, `may name at most ${MANY}`).default([]),
});

export interface AddedToGroup extends Moved {
  added: number;
  /** Who was in it already. */
  already: number;
  /** Addresses of nobody who is a member here. */
  unknown: string[];
}

/**
 * Puts members into a group and gives them what it gives, in the same transaction. Who is in it already stays as they are.
 * @throws forbidden without `group.manage`, and without `entitlement.grant` where it gives products; not_found for a
 * group or member of another tenant; conflict for a group that comes from elsewhere; invalid where nobody is named
 */
export async function addToGroup(ctx: Ctx, input: z.input<typeof AddToGroup>): Promise<AddedToGroup> {
  await demand(ctx, "group.manage");
  const { groupId, memberIds, emails } = parse(AddToGroup, input);
  const asked = [...new Set(emails.filter(Boolean))];
  if (memberIds.length + asked.length === 0) throw invalid({ emails: "is missing" });
  return withLetters(ctx, async (tx, letters) => {
    const group = await groupInTenant(tx, ctx, groupId);
    refuseFrom(group, ["scim", "claim"], WHO);
    await demandWhereItGives(tx, ctx, { group, capability: "entitlement.grant" });
    const people = await peopleOf(tx, ctx, { memberIds, emails: asked });
    const unknown = asked.filter((email) => !people.some((person) => person.email === email));
    const inIt = await tx.groupMember.findMany({
      where: { groupId, memberId: { in: people.map(({ id }) => id) } },
      select: { memberId: true },
    });
    const fresh = people.filter(({ id }) => !inIt.some(({ memberId }) => memberId === id));
    if (fresh.length === 0) return { added: 0, already: inIt.length, unknown, granted: 0, revoked: 0 };
    const data = fresh.map(({ id }) => ({ tenantId: ctx.tenant.id, groupId, memberId: id, addedAt: ctx.now }));
    await tx.groupMember.createMany({ data });
    const moved = await convergeGroup(tx, ctx, { group });
    if (group.role) letters.push(...(await convergeRoles(tx, ctx)));
    const after = { members: fresh.length, named: namesOf(fresh), grants: moved.granted };
    await record(tx, ctx, { action: "group.membersAdded", subject: subjectOf(group), after });
    return { added: fresh.length, already: inIt.length, unknown, ...moved };
  });
}

export const RemoveFromGroup = z.strictObject({
  groupId: Id,
  memberIds: z.array(Id).min(1, "is missing").max(MANY, `may name at most ${MANY}`),
});

/**
 * Takes members out of a group and ends what it gave them, in the same transaction; grants of other sources stay.
 * @throws forbidden without `group.manage`, and without `entitlement.revoke` where it gives products; not_found; invalid; conflict as addToGroup
 */
export async function removeFromGroup(
  ctx: Ctx,
  input: z.input<typeof RemoveFromGroup>,
): Promise<Moved & { removed: number }> {
  await demand(ctx, "group.manage");
  const { groupId, memberIds } = parse(RemoveFromGroup, input);
  return withLetters(ctx, async (tx, letters) => {
    const group = await groupInTenant(tx, ctx, groupId);
    refuseFrom(group, ["scim", "claim"], WHO);
    await demandWhereItGives(tx, ctx, { group, capability: "entitlement.revoke" });
    const people = await peopleOf(tx, ctx, { memberIds, emails: [] });
    const where = { tenantId: ctx.tenant.id, groupId, memberId: { in: memberIds } };
    const inIt = await tx.groupMember.findMany({ where, select: { memberId: true } });
    const leaving = people.filter(({ id }) => inIt.some(({ memberId }) => memberId === id));
    const removed = leaving.length;
    if (removed === 0) return { removed, granted: 0, revoked: 0 };
    await tx.groupMember.deleteMany({ where });
    const moved = await convergeGroup(tx, ctx, { group, why: `left the group ${group.name}` });
    if (group.role) letters.push(...(await convergeRoles(tx, ctx)));
    const before = { members: removed, named: namesOf(leaving), grants: moved.revoked };
    await record(tx, ctx, { action: "group.membersRemoved", subject: subjectOf(group), before });
    return { removed, ...moved };
  });
}

interface Person {
  id: string;
  email: string;
}

/** @throws not_found for an id of nobody here */
async function peopleOf(
  tx: Tx,
  ctx: Ctx,
  { memberIds, emails }: { memberIds: string[]; emails: string[] },
): Promise<Person[]> {
  const rows = await tx.member.findMany({
    where: {
      tenantId: ctx.tenant.id,
      OR: [{ id: { in: memberIds } }, { user: { email: { in: emails } } }],
    },
    select: { id: true, user: { select: { email: true } } },
  });
  const people = rows.map(({ id, user }) => ({ id, email: user.email }));
  if (memberIds.some((id) => !people.some((person) => person.id === id))) throw notFound("member");
  return people;
}

function namesOf(people: Person[]): string[] {
  return people.slice(0, NAMED).map(({ email }) => email);
}
