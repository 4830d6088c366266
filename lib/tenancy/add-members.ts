import { demand, record } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";

/** So many are named in the log; of the rest it has the number. */
const NAMED = 50;

/**
 * Makes many users members with a membership that nobody pays for, in a few statements of the caller's transaction and with
 * one row of the log. Who is a member already stays as they are. @throws forbidden without `member.invite`
 */
export async function addComplimentaryMembers(tx: Tx, ctx: Ctx, userIds: readonly string[]): Promise<void> {
  await demand(ctx, "member.invite");
  const ids = userIds.map(() => newId());
  const made = await tx.$queryRaw<{ id: string; email: string }[]>`
    WITH made AS (
      INSERT INTO members (id, tenant_id, user_id)
      SELECT id, ${ctx.tenant.id}::uuid, user_id FROM unnest(${ids}::uuid[], ${userIds}::uuid[]) AS one (id, user_id)
      ON CONFLICT DO NOTHING RETURNING id, user_id)
    SELECT made.id, u.email FROM made JOIN users u ON u.id = made.user_id ORDER BY u.email`;
  if (made.length === 0) return;
  const members = made.map(({ id }) => id);
  await tx.$executeRaw`
    INSERT INTO subscriptions (id, tenant_id, member_id, kind)
    SELECT id, ${ctx.tenant.id}::uuid, member_id, 'complimentary'
    FROM unnest(${members.map(() => newId())}::uuid[], ${members}::uuid[]) AS one (id, member_id)`;
  await record(tx, ctx, {
    action: "member.addedMany",
    subject: { type: "tenant", id: ctx.tenant.id, label: ctx.tenant.name },
    after: { members: made.length, named: made.slice(0, NAMED).map(({ email }) => email), membership: "complimentary" },
  });
}
