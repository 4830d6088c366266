import { type Actor, type Capability, isCapability, type Role } from "#lib/access/index.ts";
import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { Principal } from "./authenticate.ts";

export interface TenantActor {
  tenant: { id: string; slug: string; name: string };
  actor: Actor;
}

// $1 token id, $2 user id, $3 session version, $4 tenant slug (null: the robot's own tenant).
const FIND_ACTOR: Statement = {
  name: "find_tenant_actor",
  text: `
    SELECT t.id AS tenant_id, t.slug, t.name AS tenant_name, a.name AS token_name, a.kind::text, a.scopes, a.product_ids,
           a.id IS NOT NULL AND (a.expires_at IS NULL AND NOT t.endless_tokens OR t.token_days_max IS NOT NULL
             AND coalesce(a.rotated_at, a.created_at) + make_interval(hours => t.token_days_max * 24) <= now()) AS unfit,
           u.id AS user_id, u.email, tm.role::text,
           t.second_factor_required AND u.totp_enabled_at IS NULL
             AND NOT EXISTS (SELECT FROM passkeys k WHERE k.user_id = u.id) AS owes_second_factor
    FROM (VALUES (1)) one
    LEFT JOIN access_tokens a ON a.id = $1::uuid AND a.revoked_at IS NULL
      AND (a.expires_at IS NULL OR a.expires_at > now())
    LEFT JOIN users u ON u.id = coalesce(a.user_id, CASE WHEN $1::uuid IS NULL THEN $2::uuid END)
      AND ($3::int IS NULL OR u.session_version = $3)
    JOIN tenants t ON t.archived_at IS NULL AND CASE WHEN $4::text IS NULL THEN t.id = a.tenant_id ELSE t.slug = $4 END
    LEFT JOIN tenant_memberships tm ON tm.tenant_id = t.id AND tm.user_id = u.id
    WHERE tm.id IS NOT NULL OR a.tenant_id = t.id`,
};

interface Row {
  tenant_id: string;
  slug: string;
  tenant_name: string;
  token_name: string | null;
  kind: "personal" | "robot" | null;
  scopes: string[] | null;
  product_ids: string[] | null;
  /** A token without an end, or too old: this tenant does not take it. */
  unfit: boolean;
  user_id: string | null;
  email: string | null;
  role: Role | null;
  owes_second_factor: boolean;
}

/**
 * The principal as an actor of a tenant's team; null for everyone else, whether the tenant exists or not.
 * @param slug the tenant; null for the robot's own
 */
export async function findTeamActor(principal: Principal, slug: string | null): Promise<TenantActor | null> {
  const user = principal.type === "user" ? principal : null;
  const token = principal.type === "token" ? principal.tokenId : null;
  try {
    const values = [token, user?.userId ?? null, user?.sessionVersion ?? null, slug];
    const [row] = await queryPrepared<Row>(FIND_ACTOR, values);
    if (!row) return null;
    return { tenant: { id: row.tenant_id, slug: row.slug, name: row.tenant_name }, actor: actorOf(principal, row) };
  } catch (error) {
    throw translated(error);
  }
}

function actorOf(principal: Principal, row: Row): Actor {
  const user = row.user_id && row.email ? { id: row.user_id, email: row.email } : null;
  if (principal.type === "user")
    return { type: "user", id: principal.userId, email: user?.email ?? "", ...roleOf(row) };
  return {
    type: "token",
    id: principal.tokenId,
    kind: row.kind ?? "personal",
    name: row.token_name ?? "",
    user,
    scopes: tenantWideScopes(row),
    ...roleOf(row),
  };
}

function roleOf({ role, owes_second_factor }: Row): { role: Role | null; owesSecondFactor: boolean } {
  return { role, owesSecondFactor: role !== null && owes_second_factor };
}

// What is done to a whole tenant is beyond a token that is limited to some of its products.
function tenantWideScopes({ scopes, product_ids, unfit }: Row): Capability[] {
  return unfit || (product_ids && product_ids.length > 0) ? [] : (scopes ?? []).filter(isCapability);
}
