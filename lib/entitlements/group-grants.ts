import { actorKey } from "#lib/access/index.ts";
import type { MemberGroup, Tx } from "#lib/db/index.ts";
import { lockTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { addMany } from "./add-many.ts";

/**
 * A group of the tenant, locked: one change at a time to whom it has and what it gives. The tenant's row comes first, since
 * a group may change the team. @throws not_found
 */
export async function groupInTenant(tx: Tx, ctx: Ctx, id: string): Promise<MemberGroup> {
  await lockTenant(tx, ctx.tenant.id);
  await tx.$queryRaw`SELECT id FROM member_groups WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${id}::uuid FOR UPDATE`;
  const group = await tx.memberGroup.findUnique({ where: { tenantId_id: { tenantId: ctx.tenant.id, id } } });
  if (!group) throw notFound("group");
  return group;
}

/** How many rows of the ledger a change of a group took. */
export interface Moved {
  granted: number;
  revoked: number;
}

interface Change {
  group: MemberGroup;
  /** Why rows end by it, for the history. */
  why?: string;
}

/**
 * Makes the ledger hold exactly what the group gives: a row for each of its members and each of its products, and no other
 * with its id. In a few statements, however many there are. The caller has locked the group, and records the change.
 */
export async function convergeGroup(tx: Tx, ctx: Ctx, { group, why = "" }: Change): Promise<Moved> {
  const revoked = await endWhatIsOver(tx, ctx, { group, why });
  const granted = await addWhatIsMissing(tx, ctx, group);
  return { granted, revoked };
}

function endWhatIsOver(tx: Tx, ctx: Ctx, { group: { id }, why }: Required<Change>): Promise<number> {
  return tx.$executeRaw`
    UPDATE entitlements e SET revoked_at = ${ctx.now}, revoked_by = ${actorKey(ctx.actor)}, revoke_reason = ${why}
    WHERE e.tenant_id = ${ctx.tenant.id}::uuid AND e.source = 'group' AND e.source_ref = ${id} AND e.revoked_at IS NULL
      AND NOT EXISTS (SELECT FROM group_members gm JOIN group_products gp ON gp.group_id = gm.group_id
        WHERE gm.group_id = ${id}::uuid AND gm.member_id = e.member_id AND gp.product_id = e.product_id)`;
}

async function addWhatIsMissing(tx: Tx, ctx: Ctx, { id, name }: MemberGroup): Promise<number> {
  const missing = await tx.$queryRaw<{ memberId: string; productId: string }[]>`
    SELECT gm.member_id AS "memberId", gp.product_id AS "productId"
    FROM group_members gm JOIN group_products gp ON gp.group_id = gm.group_id
    WHERE gm.group_id = ${id}::uuid AND NOT EXISTS (SELECT FROM entitlements e
      WHERE e.member_id = gm.member_id AND e.product_id = gp.product_id AND e.source = 'group' AND e.source_ref = ${id}
        AND e.revoked_at IS NULL)
    ORDER BY gm.member_id`;
  const grant = {
    source: "group",
    sourceRef: id,
    reason: `in the group ${name}`,
    grantedBy: actorKey(ctx.actor),
  } as const;
  return addMany(tx, ctx, { ...grant, pairs: missing });
}

export function subjectOf({ id, name }: MemberGroup) {
  return { type: "group", id, label: name };
}
