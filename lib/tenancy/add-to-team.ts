import { z } from "zod";
import { type Actor, decide, mayGiveRole, ROLE_CAPABILITIES, ROLES, type Role } from "#lib/access/index.ts";
import { demand, record, recordDenial } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, notFound } from "../errors.ts";
import { parse } from "../parse.ts";

export const AddToTeam = z.strictObject({ userId: z.uuid(), role: z.enum(ROLES) });

/**
 * Puts a user on the team. Somebody who is on it keeps their role.
 * @throws forbidden without `team.invite` or for a role above the giver's; not_found for an unknown user
 */
export async function addToTeam(ctx: Ctx, input: z.input<typeof AddToTeam>): Promise<void> {
  await demand(ctx, "team.invite");
  const { userId, role } = parse(AddToTeam, input);
  if (!mayGive(ctx.actor, role)) {
    const reason = "Nobody gives a role above their own.";
    await recordDenial(ctx, { action: "team.invite", reason });
    throw new AppError("forbidden", reason, { reason: "team.invite" });
  }
  await transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId }, select: { email: true } });
    if (!user) throw notFound("user");
    const key = { tenantId_userId: { tenantId: ctx.tenant.id, userId } };
    if (await tx.tenantMembership.findUnique({ where: key })) return;
    const membership = await tx.tenantMembership.create({ data: { tenantId: ctx.tenant.id, userId, role } });
    await record(tx, ctx, {
      action: "team.added",
      subject: { type: "membership", id: membership.id, label: user.email },
      after: { role },
    });
  });
}

function mayGive(actor: Actor, role: Role): boolean {
  if (actor.type !== "user" && actor.type !== "token") return true;
  if (actor.role) return mayGiveRole(actor.role, role);
  // A robot stands outside the roles: it gives none that may do what it may not.
  return ROLE_CAPABILITIES[role].every((capability) => decide(actor, capability).allowed);
}
