import { z } from "zod";
import { ROLES } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import type { MemberGroup, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { convergeGroup, groupInTenant } from "./group-grants.ts";
import { convergeRoles } from "./group-roles.ts";
import { endGroup } from "./groups.ts";
import { type Moves, rehearse } from "./rehearse.ts";

export const GroupChange = z.discriminatedUnion("change", [
  z.strictObject({ change: z.literal("delete"), groupId: z.uuid("is not an id") }),
  z.strictObject({
    change: z.enum(["give", "take"]),
    groupId: z.uuid("is not an id"),
    productId: z.uuid("is not an id"),
  }),
  z.strictObject({ change: z.literal("role"), groupId: z.uuid("is not an id"), role: z.enum(ROLES).nullable() }),
]);

/**
 * Who would gain and lose what by a change of a group, with nothing changed.
 * @throws forbidden without `group.manage`; not_found; invalid
 */
export async function previewGroupChange(ctx: Ctx, input: z.input<typeof GroupChange>): Promise<Moves> {
  await demand(ctx, "group.manage");
  const change = parse(GroupChange, input);
  return rehearse(async (tx) => {
    const group = await groupInTenant(tx, ctx, change.groupId);
    await make(tx, ctx, { change, group });
  }, ctx);
}

async function make(
  tx: Tx,
  ctx: Ctx,
  { change, group }: { change: z.output<typeof GroupChange>; group: MemberGroup },
): Promise<void> {
  const groupId = group.id;
  if (change.change === "role") await tx.memberGroup.update({ where: { id: groupId }, data: { role: change.role } });
  else if (change.change === "delete") await endGroup(tx, ctx, group);
  else await moveProduct(tx, ctx, { ...change, group });
  await convergeRoles(tx, ctx);
}

async function moveProduct(
  tx: Tx,
  ctx: Ctx,
  { change, productId, group }: { change: "give" | "take"; productId: string; group: MemberGroup },
): Promise<void> {
  await productInTenant(tx, ctx, productId);
  const key = { tenantId: ctx.tenant.id, groupId: group.id, productId };
  if (change === "take") await tx.groupProduct.deleteMany({ where: key });
  else await tx.groupProduct.createMany({ data: [{ ...key, addedAt: ctx.now }], skipDuplicates: true });
  await convergeGroup(tx, ctx, { group });
}
