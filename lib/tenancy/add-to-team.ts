import { z } from "zod";
import { ROLES, type Role } from "#lib/access/index.ts";
import { type AuditScope, record } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { insist } from "./change-tenant.ts";
import { decideGiving } from "./rank.ts";
import { changeTeam } from "./team-change.ts";

export const AddToTeam = z.strictObject({ userId: z.uuid(), role: z.enum(ROLES) });

/**
 * Puts a user on the team. Somebody who is on it keeps their role.
 * @throws forbidden without `team.invite` or for a role above the giver's; not_found for an unknown user
 */
export async function addToTeam(ctx: Ctx, input: z.input<typeof AddToTeam>): Promise<void> {
  const change = { capability: "team.invite", schema: AddToTeam, input } as const;
  await changeTeam(ctx, change, async (tx, held, { userId, role }) => {
    insist(decideGiving(held.actor, role), "team.invite");
    const user = await tx.user.findUnique({ where: { id: userId }, select: { id: true, email: true } });
    if (!user) throw notFound("user");
    await joinTeam(tx, ctx, { user, role });
  });
}

interface Joining {
  user: { id: string; email: string };
  role: Role;
  invitedBy?: string;
  /** Groups give the role. */
  byGroups?: boolean;
}

/** The same in the caller's transaction, and without asking for a right. @returns the role held now, and whether it is new */
export async function joinTeam(
  tx: Tx,
  scope: AuditScope & { tenant: { id: string } },
  { user, role, invitedBy, byGroups }: Joining,
): Promise<{ role: Role; joined: boolean }> {
  const key = { tenantId: scope.tenant.id, userId: user.id };
  const held = await tx.tenantMembership.findUnique({ where: { tenantId_userId: key } });
  if (held) return { role: held.role, joined: false };
  const membership = await tx.tenantMembership.create({ data: { ...key, role, groupRole: byGroups ? role : null } });
  await record(tx, scope, {
    action: invitedBy ? "team.joined" : "team.added",
    subject: { type: "membership", id: membership.id, label: user.email },
    after: { role, ...(invitedBy && { invitedBy }) },
  });
  return { role, joined: true };
}
