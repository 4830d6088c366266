import { z } from "zod";
import { decide, LAST_ROLE, ROLES, type Role } from "#lib/access/index.ts";
import { demand, record, recordDenial } from "#lib/audit/index.ts";
import { type MemberGroup, type Tx, transaction } from "#lib/db/index.ts";
import {
  changeTenant,
  convergeGroupRoles,
  decideChanging,
  decideGiving,
  type Letter,
  sendGroupLetters,
} from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { groupInTenant, subjectOf } from "./group-grants.ts";

/** The roles that a group may give: the last one is given by hand alone, so that no directory decides who owns a tenant. */
export const GROUP_ROLES = ROLES.filter((role) => role !== LAST_ROLE);

export const SetGroupRole = z.strictObject({
  groupId: z.uuid("is not an id"),
  role: z.enum(ROLES).nullable(),
});

/**
 * Has a group give a team role, or none (null). Who is on the team already holds the higher of both; who is not is invited.
 * @throws forbidden without `group.manage` and `team.changeRole`, and for a role above the actor's; not_found; invalid for
 * a role that groups don't give
 */
export async function setGroupRole(
  ctx: Ctx,
  input: z.input<typeof SetGroupRole>,
): Promise<{ changed: boolean; invited: number }> {
  await demand(ctx, "group.manage");
  const { groupId, role } = parse(SetGroupRole, input);
  if (role === LAST_ROLE) throw invalid({ role: `can't be ${LAST_ROLE}: that role is given by hand` });
  const letters: Letter[] = [];
  const changed = await changeTenant(ctx, "team.changeRole", async (tx, held) => {
    const group = await groupInTenant(tx, ctx, groupId);
    if (group.role === role) return false;
    if (role) insistOn(decideGiving(held.ctx.actor, role));
    if (group.role) insistOn(decideChanging(held.ctx.actor, "team.changeRole", group.role));
    await tx.memberGroup.update({ where: { id: groupId }, data: { role } });
    letters.push(...(await convergeRoles(tx, ctx)));
    const words = { before: { role: group.role }, after: { role } };
    await record(tx, ctx, { action: "group.roleChanged", subject: subjectOf(group), ...words });
    return true;
  });
  await sendGroupLetters(letters, ctx);
  return { changed, invited: letters.length };
}

/**
 * Makes the team follow the groups that give roles, all of the tenant's. The caller holds the tenant's row.
 * @returns the letters to send after the commit
 */
export async function convergeRoles(tx: Tx, ctx: Ctx): Promise<Letter[]> {
  // The enum stands from the most to the least (lib/access/roles.ts), so that the least of it is the highest role.
  const rows = await tx.$queryRaw<{ userId: string; email: string; role: Role }[]>`
    SELECT m.user_id AS "userId", u.email, min(g.role)::text AS role
    FROM member_groups g JOIN group_members gm ON gm.group_id = g.id
    JOIN members m ON m.id = gm.member_id JOIN users u ON u.id = m.user_id
    WHERE g.tenant_id = ${ctx.tenant.id}::uuid AND g.role IS NOT NULL GROUP BY m.user_id, u.email ORDER BY u.email`;
  return convergeGroupRoles(tx, ctx, new Map(rows.map(({ userId, ...rest }) => [userId, rest])));
}

/**
 * Who puts somebody into a group that gives a role gives that role, and who takes them out takes it.
 * @throws forbidden without `team.invite` or `team.remove`, and for a role above the actor's
 */
export async function demandRole(ctx: Ctx, group: MemberGroup, way: "in" | "out"): Promise<void> {
  if (!group.role) return;
  const capability = way === "in" ? "team.invite" : "team.remove";
  const held = decide(ctx.actor, capability);
  const decision = held.allowed ? decideGiving(ctx.actor, group.role) : held;
  if (decision.allowed) return;
  await recordDenial(ctx, { action: capability, reason: decision.reason, subject: subjectOf(group) });
  throw new AppError("forbidden", decision.reason, { reason: capability });
}

/** Runs `work` in a transaction that may change the team, and sends the letters that it leaves once it is committed. */
export async function withLetters<T>(ctx: Ctx, work: (tx: Tx, letters: Letter[]) => Promise<T>): Promise<T> {
  const letters: Letter[] = [];
  const result = await transaction((tx) => work(tx, letters));
  await sendGroupLetters(letters, ctx);
  return result;
}

function insistOn(decision: { allowed: true } | { allowed: false; reason: string }): void {
  if (!decision.allowed) throw new AppError("forbidden", decision.reason, { reason: "team.changeRole" });
}
