import { z } from "zod";
import { LAST_ROLE } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { sendMailLater } from "#lib/mail/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { insist, lockTenant } from "./change-tenant.ts";
import { byGroups, refuseByGroups } from "./group-roles.ts";
import { withdrawBeyond } from "./invite.ts";
import { hasOneOwner } from "./list-team.ts";
import { decideChanging } from "./rank.ts";
import {
  changeTeam,
  keepAnOwner,
  type Membership,
  membershipInTenant,
  ONLY_OWNER,
  subjectOf,
  WITH_USER,
} from "./team-change.ts";

export const RemoveFromTeam = z.strictObject({ membershipId: z.uuid("is not an id") });

/**
 * Takes somebody off the team, from their next request on, and tells them. What they made stays.
 * @throws forbidden without `team.remove` or for somebody above the actor; conflict for the only owner, and for whom a
 * group put there; not_found for a membership of another tenant
 */
export async function removeFromTeam(ctx: Ctx, input: z.input<typeof RemoveFromTeam>): Promise<{ email: string }> {
  const change = { capability: "team.remove", schema: RemoveFromTeam, input } as const;
  const { user } = await changeTeam(ctx, change, async (tx, held, { membershipId }) => {
    const membership = await membershipInTenant(tx, ctx, membershipId);
    insist(decideChanging(held.actor, "team.remove", membership.role), "team.remove");
    await end(tx, ctx, { membership, action: "team.removed" });
    return membership;
  });
  sendMailLater({
    to: user.email,
    subject: `You are no longer on the team of ${ctx.tenant.name}`,
    paragraphs: [`You were removed from the team of the workspace ${ctx.tenant.name}.`],
  });
  return { email: user.email };
}

/**
 * Takes the actor off the team; everybody may go, also from an archived tenant, but the only owner.
 * @throws conflict for the only owner, and for whom a group put there; not_found for who is not on the team, such as an instance admin here for support
 */
export async function leaveTeam(ctx: Ctx & AccountCtx): Promise<void> {
  await transaction(async (tx) => {
    await lockTenant(tx, ctx.tenant.id);
    const key = { tenantId_userId: { tenantId: ctx.tenant.id, userId: ctx.actor.id } };
    const own = await tx.tenantMembership.findUnique({ where: key, select: { id: true } });
    if (!own) throw notFound("person on the team");
    await end(tx, ctx, { membership: await membershipInTenant(tx, ctx, own.id), action: "team.left" });
  });
}

/** Why the actor is to stay on the team, in words; null where they may leave it. */
export async function whyStay(ctx: Ctx & AccountCtx): Promise<string | null> {
  const key = { tenantId_userId: { tenantId: ctx.tenant.id, userId: ctx.actor.id } };
  const own = await query((db) => db.tenantMembership.findUnique({ where: key, include: WITH_USER }));
  if (own?.groupRole) return byGroups({ email: own.user.email, groupRole: own.groupRole });
  return own?.role === LAST_ROLE && (await hasOneOwner(ctx)) ? ONLY_OWNER : null;
}

async function end(
  tx: Tx,
  ctx: Ctx,
  { membership, action }: { membership: Membership; action: string },
): Promise<void> {
  refuseByGroups(membership);
  await keepAnOwner(tx, membership, null);
  await tx.tenantMembership.delete({ where: { id: membership.id } });
  await record(tx, ctx, { action, subject: subjectOf(membership), before: { role: membership.role } });
  await withdrawBeyond(tx, ctx, { userId: membership.userId, role: null });
}
