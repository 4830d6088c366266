import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { asOne, type Sql, sql, type Tx, transaction } from "#lib/db/index.ts";
import { convergeRoles, type Moves, rehearse } from "#lib/entitlements/index.ts";
import { defineRun, type StartedRun, startRun } from "#lib/runs/index.ts";
import { addComplimentaryMembers, type Letter, lockTenant, sendGroupLetters } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { plural } from "../format.ts";
import { settleGroups, settlePerson } from "./settle.ts";

/** Makes everything follow what the directory last said: in one transaction, so that it is never half done. */
export const syncDirectoryRun = defineRun({
  kind: "group.sync",
  label: "Sync groups",
  view: "group.view",
  start: "group.sync",
  input: z.strictObject({}),
  onDeath: "again",
  async perform(run) {
    const ctx = asSystem(run.ctx);
    run.report({ phase: "Members, groups and roles" });
    const { letters, users } = await asOne(async (tx) => {
      await run.hold(tx);
      return syncAll(tx, ctx);
    });
    await sendGroupLetters(letters, ctx);
    const people = plural(users, "person", "people");
    return { summary: `${people} looked at, ${plural(letters.length, "invitation")} sent.` };
  },
});

// A workspace has one; the run leads to its page.
const SUBJECT = { id: "", label: "Directory", page: "providers/directory/settings" } as const;

/**
 * Has a worker make members, groups and roles follow the directory.
 * @throws forbidden without `group.sync`
 */
export async function syncDirectory(ctx: Ctx): Promise<StartedRun> {
  await demand(ctx, "group.sync");
  return transaction((tx) => startRun(tx, ctx, { run: syncDirectoryRun, subject: SUBJECT, input: {} }));
}

/** What a sync would change now, with nothing changed. @throws forbidden without `group.sync` */
export async function previewSync(ctx: Ctx): Promise<Moves> {
  await demand(ctx, "group.sync");
  return rehearse((tx) => syncAll(tx, asSystem(ctx)), ctx);
}

// Who may sync need not be one who may invite or suspend by hand: what is done is what the directory said.
function asSystem(ctx: Ctx): Ctx {
  return { ...ctx, actor: { type: "system" } };
}

/** Whom a tenant's members don't follow yet: an account came since, or somebody changed a suspension by hand. */
export function unsettledSql(tenantId: string): Sql {
  return sql`
    SELECT d.id FROM directory_users d LEFT JOIN members m ON m.id = d.member_id
    WHERE d.tenant_id = ${tenantId}::uuid AND (
      (d.active AND d.member_id IS NULL AND EXISTS (SELECT FROM users u
        WHERE u.email = d.email AND u.email_verified_at IS NOT NULL))
      OR (d.active AND EXISTS (SELECT FROM directory_suspensions s WHERE s.member_id = d.member_id))
      OR (NOT d.active AND m.id IS NOT NULL AND m.suspended_at IS NULL))
    ORDER BY d.id`;
}

async function syncAll(tx: Tx, ctx: Ctx): Promise<{ letters: Letter[]; users: number }> {
  await lockTenant(tx, ctx.tenant.id);
  await admitWaiting(tx, ctx);
  // Whom somebody let in or shut out by hand since: few.
  for (const { id } of await tx.$queryRaw<{ id: string }[]>(unsettledSql(ctx.tenant.id))) {
    await settlePerson(tx, ctx, await tx.directoryUser.findUniqueOrThrow({ where: { id } }));
  }
  const groups = await tx.memberGroup.findMany({
    where: { tenantId: ctx.tenant.id, origin: "scim" },
    orderBy: { id: "asc" },
  });
  const letters = [...(await settleGroups(tx, ctx, groups)), ...(await convergeRoles(tx, ctx))];
  const users = await tx.directoryUser.count({ where: { tenantId: ctx.tenant.id } });
  return { letters, users };
}

/**
 * Makes members of all who waited for an account that has come since: in a few statements, since the tenant waits meanwhile.
 * Of two who name one account the first one stands for it.
 */
async function admitWaiting(tx: Tx, ctx: Ctx): Promise<void> {
  const tenantId = ctx.tenant.id;
  const waiting = await tx.$queryRaw<{ id: string; userId: string }[]>`
    SELECT DISTINCT ON (u.id) d.id, u.id AS "userId"
    FROM directory_users d JOIN users u ON u.email = d.email AND u.email_verified_at IS NOT NULL
    WHERE d.tenant_id = ${tenantId}::uuid AND d.active AND d.member_id IS NULL
      AND NOT EXISTS (SELECT FROM members m JOIN directory_users o ON o.tenant_id = m.tenant_id AND o.member_id = m.id
        WHERE m.tenant_id = ${tenantId}::uuid AND m.user_id = u.id)
    ORDER BY u.id, d.id`;
  const [ids, users] = [waiting.map(({ id }) => id), waiting.map(({ userId }) => userId)];
  await addComplimentaryMembers(tx, ctx, users);
  await tx.$executeRaw`
    UPDATE directory_users d SET member_id = m.id
    FROM unnest(${ids}::uuid[], ${users}::uuid[]) AS one (id, user_id)
      JOIN members m ON m.tenant_id = ${tenantId}::uuid AND m.user_id = one.user_id
    WHERE d.tenant_id = ${tenantId}::uuid AND d.id = one.id`;
}
