import type { Facts, RegistryCapability, Role } from "#lib/access/index.ts";
import type { Find } from "#lib/catalog/index.ts";
import type { Statement } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";

/**
 * What FACTS loads: who calls, and what a decision rests on. It comes as one JSON value, which costs both sides less
 * than thirty columns that are described anew with every answer. Instants are text.
 */
export interface FactsRow {
  tenantId: string | null;
  tenantName: string | null;
  tenantArchivedAt: string | null;
  graceDays: number | null;
  endlessTokens: boolean | null;
  productId: string | null;
  visibility: "listed" | "hidden" | null;
  requiresEntitlement: boolean | null;
  productArchivedAt: string | null;
  repositoryId: string | null;
  callerValid: boolean;
  tokenName: string | null;
  tokenTenantId: string | null;
  scopes: string[] | null;
  productIds: string[] | null;
  tokenEndless: boolean;
  userId: string | null;
  email: string | null;
  role: Role | null;
  memberId: string | null;
  suspendedAt: string | null;
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
  SELECT json_build_object(
    'tenantId', t.id, 'tenantName', t.name, 'tenantArchivedAt', t.archived_at, 'graceDays', t.grace_days,
    'endlessTokens', t.endless_tokens,
    'productId', p.id, 'visibility', p.visibility, 'requiresEntitlement', p.requires_entitlement,
    'productArchivedAt', p.archived_at, 'repositoryId', r.id,
    'callerValid', CASE WHEN $3::uuid IS NULL THEN coalesce(u.session_version = $7::int, false)
      ELSE a.id IS NOT NULL AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > now()) END,
    'tokenName', a.name, 'tokenTenantId', a.tenant_id, 'scopes', a.scopes, 'productIds', a.product_ids,
    'tokenEndless', a.expires_at IS NULL,
    'userId', u.id, 'email', u.email, 'role', tm.role, 'memberId', m.id, 'suspendedAt', m.suspended_at,
    'subscriptions', (SELECT json_agg(json_build_array(s.kind, s.status, s.past_due_since, s.ended_at))
       FROM subscriptions s WHERE s.member_id = m.id),
    'grants', (SELECT json_agg(json_build_array(e.source, e.starts_at, e.expires_at))
       FROM entitlements e WHERE e.member_id = m.id AND e.product_id = p.id AND e.revoked_at IS NULL)
    ) AS facts,
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
    tenant: tenantOf(row),
    product: productOf(row),
    token: row.scopes ? { scopes: row.scopes, productIds: row.productIds ?? [], endless: row.tokenEndless } : null,
    team: row.tokenTenantId !== null && row.tokenTenantId === row.tenantId ? "robot" : row.role,
    member: row.memberId === null ? null : { suspendedAt: dateOf(row.suspendedAt) },
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

function tenantOf(row: FactsRow): Facts["tenant"] {
  if (row.tenantId === null) return null;
  return {
    archivedAt: dateOf(row.tenantArchivedAt),
    graceDays: row.graceDays ?? 0,
    endlessTokens: row.endlessTokens ?? false,
  };
}

function productOf(row: FactsRow): Facts["product"] {
  if (row.productId === null) return null;
  return {
    id: row.productId,
    visibility: row.visibility ?? "hidden",
    requiresEntitlement: row.requiresEntitlement ?? true,
    archivedAt: dateOf(row.productArchivedAt),
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
