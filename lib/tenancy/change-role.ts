import { z } from "zod";
import { ROLES } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { sendMailLater } from "#lib/mail/index.ts";
import type { Ctx } from "../context.ts";
import { insist } from "./change-tenant.ts";
import { withHandRole } from "./group-roles.ts";
import { withdrawBeyond } from "./invite.ts";
import { decideChanging, decideGiving } from "./rank.ts";
import { changeTeam, keepAnOwner, type Membership, membershipInTenant, subjectOf } from "./team-change.ts";

export const ChangeRole = z.strictObject({ membershipId: z.uuid("is not an id"), role: z.enum(ROLES) });

/**
 * Gives somebody on the team another role, and tells them. The role they have already changes nothing; where a
 * group gives a higher one, that one holds.
 * @throws forbidden without `team.changeRole`, for somebody above the actor, or for a role above the actor's; conflict for
 * the only owner; not_found for a membership of another tenant
 */
export async function changeRole(
  ctx: Ctx,
  input: z.input<typeof ChangeRole>,
): Promise<{ membership: Membership; changed: boolean }> {
  const change = { capability: "team.changeRole", schema: ChangeRole, input } as const;
  const result = await changeTeam(ctx, change, async (tx, held, { membershipId: id, role }) => {
    const membership = await membershipInTenant(tx, ctx, id);
    insist(decideChanging(held.actor, "team.changeRole", membership.role), "team.changeRole");
    insist(decideGiving(held.actor, role), "team.changeRole");
    if ((membership.handRole ?? membership.role) === role) return { membership, changed: false };
    await keepAnOwner(tx, membership, role);
    const now = withHandRole(membership, role);
    await tx.tenantMembership.update({ where: { id }, data: now });
    await record(tx, ctx, {
      action: "team.roleChanged",
      subject: subjectOf(membership),
      before: { role: membership.role },
      after: { role, ...(now.role !== role && { holds: now.role }) },
    });
    await withdrawBeyond(tx, ctx, { userId: membership.userId, role: now.role });
    return { membership: { ...membership, ...now }, changed: true };
  });
  if (result.changed) tell(ctx, result.membership);
  return result;
}

function tell({ tenant, actor }: Ctx, { user, userId, role }: Membership): void {
  if (actor.type === "user" && actor.id === userId) return;
  sendMailLater({
    to: user.email,
    subject: `Your role in ${tenant.name} has changed`,
    paragraphs: [`Your role in the workspace ${tenant.name} is ${role} now. Nothing else has changed.`],
  });
}
