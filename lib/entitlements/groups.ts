import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type GroupOrigin, type MemberGroup, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { convergeGroup, groupInTenant, subjectOf } from "./group-grants.ts";
import { convergeRoles, demandRole, withLetters } from "./group-roles.ts";

const Name = z.string().trim().min(1, "is missing").max(100);
const Description = z.string().trim().max(500);

export const CreateGroup = z.strictObject({ name: Name, description: Description.default("") });

/**
 * Makes a group, empty and giving nothing.
 * @throws forbidden without `group.manage`; conflict where another has the name; invalid
 */
export async function createGroup(ctx: Ctx, input: z.input<typeof CreateGroup>): Promise<MemberGroup> {
  await demand(ctx, "group.manage");
  const data = parse(CreateGroup, input);
  return transaction(async (tx) => {
    await refuseTaken(tx, ctx, data);
    const group = await tx.memberGroup.create({ data: { ...data, tenantId: ctx.tenant.id } });
    await record(tx, ctx, { action: "group.created", subject: subjectOf(group), after: data });
    return group;
  });
}

export const UpdateGroup = z.strictObject({
  groupId: z.uuid("is not an id"),
  name: Name.optional(),
  description: Description.optional(),
});

/**
 * Changes a group's words, those that are given. Grants that it gave keep the name that it had.
 * @throws as createGroup; not_found; conflict for the name of a group that comes from the directory
 */
export async function updateGroup(
  ctx: Ctx,
  input: z.input<typeof UpdateGroup>,
): Promise<{ group: MemberGroup; changed: boolean }> {
  await demand(ctx, "group.manage");
  const { groupId, ...asked } = parse(UpdateGroup, input);
  return transaction(async (tx) => {
    const group = await groupInTenant(tx, ctx, groupId);
    const { id, name, description } = group;
    const data = { name: asked.name ?? name, description: asked.description ?? description };
    if (name === data.name && description === data.description) return { group, changed: false };
    if (name !== data.name) refuseFrom(group, ["scim"], "Its name");
    await refuseTaken(tx, ctx, { ...data, id });
    const changed = await tx.memberGroup.update({ where: { id }, data });
    const words = { before: { name, description }, after: data };
    await record(tx, ctx, { action: "group.updated", subject: subjectOf(changed), ...words });
    return { group: changed, changed: true };
  });
}

export const DeleteGroup = z.strictObject({ groupId: z.uuid("is not an id") });

/**
 * Deletes a group and ends, in the same transaction, every grant that came from it.
 * @returns how many grants ended
 * @throws forbidden without `group.manage`, and without `entitlement.revoke` where it gives products; not_found; conflict
 * for a group that the directory keeps
 */
export async function deleteGroup(ctx: Ctx, input: z.input<typeof DeleteGroup>): Promise<{ revoked: number }> {
  await demand(ctx, "group.manage");
  const { groupId } = parse(DeleteGroup, input);
  return withLetters(ctx, async (tx, letters) => {
    const group = await groupInTenant(tx, ctx, groupId);
    refuseFrom(group, ["scim"], "It");
    await demandWhereItGives(tx, ctx, { group, capability: "entitlement.revoke" });
    const revoked = await endGroup(tx, ctx, group);
    if (group.role) letters.push(...(await convergeRoles(tx, ctx)));
    return { revoked };
  });
}

/** Deletes a group that is locked, with what it gave. The roles are left to the caller. @returns how many grants ended */
export async function endGroup(tx: Tx, ctx: Ctx, group: MemberGroup): Promise<number> {
  const of = { where: { tenantId: ctx.tenant.id, groupId: group.id } };
  const members = await tx.groupMember.deleteMany(of);
  const products = await tx.groupProduct.deleteMany(of);
  await tx.directoryGroupMember.deleteMany(of);
  const { revoked } = await convergeGroup(tx, ctx, { group, why: "the group was deleted" });
  await tx.memberGroup.delete({ where: { id: group.id } });
  const before = { members: members.count, products: products.count, grants: revoked, role: group.role };
  await record(tx, ctx, { action: "group.deleted", subject: subjectOf(group), before });
  return revoked;
}

const KEPT_BY = {
  scim: "comes from the directory, over SCIM: change it there",
  claim: "comes from what people's sign-in says of them: change it at the identity provider",
} as const;

/** Why something of a group can't be changed here, and where it can; null where it is kept here. */
export function keptElsewhere(
  { origin }: Pick<MemberGroup, "origin">,
  origins: readonly GroupOrigin[],
  what: string,
): string | null {
  return origin !== "hand" && origins.includes(origin) ? `${what} ${KEPT_BY[origin]}.` : null;
}

/** @throws conflict for what is kept elsewhere, in words that say where */
export function refuseFrom(group: MemberGroup, origins: readonly GroupOrigin[], what: string): void {
  const why = keptElsewhere(group, origins, what);
  if (why) throw conflict(why);
}

/**
 * What a group gives, whoever changes it gives: `group.manage` alone moves no access (docs/entitlements.md, "Groups"), and
 * nobody gives a role above their own.
 * @throws forbidden
 */
export async function demandWhereItGives(
  tx: Tx,
  ctx: Ctx,
  { group, capability }: { group: MemberGroup; capability: "entitlement.grant" | "entitlement.revoke" },
): Promise<void> {
  const where = { tenantId: ctx.tenant.id, groupId: group.id };
  if ((await tx.groupProduct.count({ where })) > 0) await demand(ctx, capability);
  await demandRole(ctx, group, capability === "entitlement.grant" ? "in" : "out");
}

async function refuseTaken(tx: Tx, ctx: Ctx, { name, id }: { name: string; id?: string }): Promise<void> {
  const taken = await tx.memberGroup.findUnique({ where: { tenantId_name: { tenantId: ctx.tenant.id, name } } });
  if (taken && taken.id !== id) throw conflict(`There is a group called ${name} already.`);
}
