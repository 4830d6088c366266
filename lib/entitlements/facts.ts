import type { Facts, RegistryCapability, Role } from "#lib/access/index.ts";
import type { Find } from "#lib/catalog/index.ts";
import type { Statement } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";

/** The row that FACTS selects. `caller_*` says who it is, the rest is what a decision rests on. */
export interface FactsRow {
  tenant_id: string | null;
  tenant_name: string | null;
  tenant_archived_at: Date | null;
  grace_days: number | null;
  product_id: string | null;
  visibility: "listed" | "hidden" | null;
  requires_entitlement: boolean | null;
  product_archived_at: Date | null;
  repository_id: string | null;
  caller_valid: boolean;
  token_name: string | null;
  token_tenant_id: string | null;
  scopes: string[] | null;
  product_ids: string[] | null;
  user_id: string | null;
  email: string | null;
  role: Role | null;
  member_id: string | null;
  suspended_at: Date | null;
  subscriptions: [kind: string, status: string | null, pastDueSince: string | null, endedAt: string | null][] | null;
  grants: [source: string, startsAt: string | null, expiresAt: string | null][] | null;
}

/**
 * One statement that loads all facts of a decision and finds what was asked for: $1 tenant slug, $2 product slug,
 * $3 token id, $4 user id, $5 repository name, $6 what is looked for, $7 session version. Always one row.
 */
export function factsAnd(find: Find): Statement {
  return {
    name: `facts_and_${find.name}`,
    text: FACTS.replace("/*columns*/", find.columns).replace("/*joins*/", find.joins),
  };
}

const FACTS = `
  SELECT t.id AS tenant_id, t.name AS tenant_name, t.archived_at AS tenant_archived_at, t.grace_days,
    p.id AS product_id, p.visibility::text, p.requires_entitlement, p.archived_at AS product_archived_at,
    r.id AS repository_id,
    CASE WHEN $3::uuid IS NULL THEN coalesce(u.session_version = $7::int, false)
      ELSE coalesce(a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > now()), false)
        AND a.id IS NOT NULL END AS caller_valid,
    a.name AS token_name, a.tenant_id AS token_tenant_id, a.scopes, a.product_ids,
    u.id AS user_id, u.email, tm.role::text, m.id AS member_id, m.suspended_at,
    (SELECT json_agg(json_build_array(s.kind, s.status, s.past_due_since, s.ended_at))
       FROM subscriptions s WHERE s.member_id = m.id) AS subscriptions,
    (SELECT json_agg(json_build_array(e.source, e.starts_at, e.expires_at))
       FROM entitlements e WHERE e.member_id = m.id AND e.product_id = p.id AND e.revoked_at IS NULL) AS grants,
    /*columns*/
  FROM (VALUES (1)) one
  LEFT JOIN tenants t ON t.slug = $1
  LEFT JOIN products p ON p.tenant_id = t.id AND p.slug = $2
  LEFT JOIN repositories r ON r.name = $5 AND r.product_id = p.id
  LEFT JOIN access_tokens a ON a.id = $3::uuid
  LEFT JOIN users u ON u.id = coalesce(a.user_id, $4::uuid)
  LEFT JOIN tenant_memberships tm ON tm.tenant_id = t.id AND tm.user_id = u.id
  LEFT JOIN members m ON m.tenant_id = t.id AND m.user_id = u.id
  /*joins*/`;

/** The statement's values for a principal and a repository. */
export function factsValues(
  principal: Principal | null,
  repository: { tenant: string; product: string; name: string },
  asked: string | null,
): unknown[] {
  const token = principal?.type === "token" ? principal.tokenId : null;
  const user = principal?.type === "user" ? principal : null;
  return [
    repository.tenant,
    repository.product,
    token,
    user?.userId ?? null,
    repository.name,
    asked,
    user?.sessionVersion ?? null,
  ];
}

/** The row as the pure decision takes it. */
export function factsOf(row: FactsRow, capability: RegistryCapability, now: Date): Facts {
  return {
    now,
    capability,
    tenant: row.tenant_id === null ? null : { archivedAt: row.tenant_archived_at, graceDays: row.grace_days ?? 0 },
    product: productOf(row),
    token: row.scopes ? { scopes: row.scopes, productIds: row.product_ids ?? [] } : null,
    team: row.token_tenant_id !== null && row.token_tenant_id === row.tenant_id ? "robot" : row.role,
    member: row.member_id === null ? null : { suspendedAt: row.suspended_at },
    subscriptions: (row.subscriptions ?? []).map(([kind, status, pastDueSince, endedAt]) => ({
      kind: kind as Facts["subscriptions"][number]["kind"],
      status,
      pastDueSince: dateOf(pastDueSince),
      endedAt: dateOf(endedAt),
    })),
    grants: (row.grants ?? []).map(([source, startsAt, expiresAt]) => ({
      source,
      startsAt: dateOf(startsAt),
      expiresAt: dateOf(expiresAt),
    })),
  };
}

function productOf(row: FactsRow): Facts["product"] {
  if (row.product_id === null) return null;
  return {
    id: row.product_id,
    visibility: row.visibility ?? "hidden",
    requiresEntitlement: row.requires_entitlement ?? true,
    archivedAt: row.product_archived_at,
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
