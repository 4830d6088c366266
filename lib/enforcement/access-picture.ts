import { type Sql, sql, type Tenant, type Tx } from "#lib/db/index.ts";
import { inGoodStandingSql } from "#lib/entitlements/index.ts";
import type { Ctx } from "../context.ts";
import type { Picture } from "./effect.ts";

/** Who has access, whose tokens work and whose role counts in a tenant as its settings are now. */
export async function accessPicture(tx: Tx, ctx: Ctx): Promise<Picture> {
  const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: ctx.tenant.id } });
  return {
    members: await membersInStanding(tx, ctx, tenant),
    tokens: await workingTokens(tx, ctx, tenant),
    team: await countingRoles(tx, tenant),
  };
}

async function membersInStanding(tx: Tx, { now }: Ctx, { id, graceDays }: Tenant): Promise<string[]> {
  return linesOf(
    tx,
    sql`SELECT u.email AS line FROM members m JOIN users u ON u.id = m.user_id
      WHERE m.tenant_id = ${id}::uuid AND ${inGoodStandingSql({ now, graceDays })} ORDER BY u.email`,
  );
}

// The rule of lib/access/entitle.ts as SQL; a test holds both to the same answers. Whose they are is told, and not what they call them.
async function workingTokens(tx: Tx, { now }: Ctx, tenant: Tenant): Promise<string[]> {
  const { id, endlessTokens, tokenDaysMax } = tenant;
  return linesOf(
    tx,
    sql`SELECT coalesce('robot ' || CASE WHEN a.kind = 'robot' THEN a.name END, u.email) || ', made '
        || to_char(coalesce(a.rotated_at, a.created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') || ' (' || right(a.id::text, 6) || ')' AS line
      FROM access_tokens a LEFT JOIN users u ON u.id = a.user_id
      WHERE (a.tenant_id = ${id}::uuid OR a.tenant_id IS NULL AND (
          EXISTS (SELECT FROM members m WHERE m.tenant_id = ${id}::uuid AND m.user_id = a.user_id)
          OR EXISTS (SELECT FROM tenant_memberships tm WHERE tm.tenant_id = ${id}::uuid AND tm.user_id = a.user_id)))
        AND a.revoked_at IS NULL AND (a.expires_at > ${now} OR a.expires_at IS NULL AND ${endlessTokens})
        AND (${tokenDaysMax}::int IS NULL
          OR coalesce(a.rotated_at, a.created_at) + make_interval(hours => ${(tokenDaysMax ?? 0) * 24}::int) > ${now})
      ORDER BY 1`,
  );
}

async function countingRoles(tx: Tx, { id, secondFactorRequired }: Tenant): Promise<string[]> {
  return linesOf(
    tx,
    sql`SELECT u.email || ' (' || tm.role::text || ')' AS line FROM tenant_memberships tm JOIN users u ON u.id = tm.user_id
      WHERE tm.tenant_id = ${id}::uuid AND (NOT ${secondFactorRequired} OR u.totp_enabled_at IS NOT NULL
        OR EXISTS (SELECT FROM passkeys k WHERE k.user_id = u.id)) ORDER BY u.email`,
  );
}

async function linesOf(tx: Tx, statement: Sql): Promise<string[]> {
  const rows = await tx.$queryRaw<{ line: string }[]>(statement);
  return rows.map(({ line }) => line);
}
