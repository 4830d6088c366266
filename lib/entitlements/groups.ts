import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type MemberGroup, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { convergeGroup, groupInTenant } from "./group-grants.ts";

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
 * @throws as createGroup; not_found
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
 * @throws forbidden without `group.manage`, and without `entitlement.revoke` where it gives products; not_found
 */
export async function deleteGroup(ctx: Ctx, input: z.input<typeof DeleteGroup>): Promise<{ revoked: number }> {
  await demand(ctx, "group.manage");
  const { groupId } = parse(DeleteGroup, input);
  return transaction(async (tx) => {
    const group = await groupInTenant(tx, ctx, groupId);
    await demandWhereItGives(tx, ctx, { group, capability: "entitlement.revoke" });
    const of = { where: { tenantId: ctx.tenant.id, groupId } };
    const members = await tx.groupMember.deleteMany(of);
    const products = await tx.groupProduct.deleteMany(of);
    const { revoked } = await convergeGroup(tx, ctx, { group, why: "the group was deleted" });
    await tx.memberGroup.delete({ where: { id: groupId } });
    await record(tx, ctx, {
      action: "group.deleted",
      subject: subjectOf(group),
      before: { members: members.count, products: products.count, grants: revoked },
    });
    return { revoked };
  });
}

/**
 * What a group gives, whoever changes it gives: `group.manage` alone moves no access (docs/entitlements.md, "Groups").
 * @throws forbidden
 */
export async function demandWhereItGives(
  tx: Tx,
  ctx: Ctx,
  { group, capability }: { group: MemberGroup; capability: "entitlement.grant" | "entitlement.revoke" },
): Promise<void> {
  const where = { tenantId: ctx.tenant.id, groupId: group.id };
  if ((await tx.groupProduct.count({ where })) > 0) await demand(ctx, capability);
}

export function subjectOf({ id, name }: MemberGroup) {
  return { type: "group", id, label: name };
}

async function refuseTaken(tx: Tx, ctx: Ctx, { name, id }: { name: string; id?: string }): Promise<void> {
  const taken = await tx.memberGroup.findUnique({ where: { tenantId_name: { tenantId: ctx.tenant.id, name } } });
  if (taken && taken.id !== id) throw conflict(`There is a group called ${name} already.`);
}
