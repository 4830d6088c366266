import type { Facts, Role } from "#lib/access/index.ts";
import { FreshCache, queryPrepared, type Reading, type Statement } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { dateOf, type Place } from "./place.ts";

/** Who asks: what a decision needs to know of a principal where it asks. */
export interface Caller {
  user: { id: string; email: string; sessionVersion: number; secondFactor: boolean } | null;
  token: {
    name: string;
    tenantId: string | null;
    scopes: readonly string[];
    productIds: readonly string[];
    expiresAt: Date | null;
    /** When it was made or rotated. */
    issuedAt: Date;
  } | null;
  role: Role | null;
  member: { id: string; suspendedAt: Date | null } | null;
  subscriptions: Facts["subscriptions"];
  /** Grants of the product at hand that nobody revoked. */
  grants: Facts["grants"];
}

export const NOBODY: Caller = { user: null, token: null, role: null, member: null, subscriptions: [], grants: [] };

const callers = new FreshCache<Caller>(5000);

/** What is known of a principal in a tenant and of its grants of a product. */
export function callerAt(principal: Principal, { tenant, product }: Place): Caller | Promise<Caller> {
  const id = principal.type === "token" ? principal.tokenId : principal.userId;
  return callers.get(`${principal.type} ${id} ${tenant?.id} ${product?.id}`, async () => {
    const [token, user] = principal.type === "token" ? [id, null] : [null, id];
    const values = [token, user, tenant?.id ?? null, product?.id ?? null];
    const [row] = await queryPrepared<{ caller: CallerJson }>(FIND_CALLER, values);
    if (!row) throw new Error("the caller's statement answers with one row");
    return readingOf(row.caller, token);
  });
}

/** Whether the token or the password that a principal was proven with still holds. */
export function stillHolds(principal: Principal, { user, token }: Caller, now: Date): boolean {
  if (principal.type === "user") return user?.sessionVersion === principal.sessionVersion;
  return token !== null && (token.expiresAt === null || token.expiresAt > now);
}

// A user's places in a tenant, not those alone that there are, are told of under the user.
function readingOf(json: CallerJson, token: string | null): Reading<Caller> {
  const caller = callerOf(json);
  const restsOn = [
    ...(token ? [`token:${token}`] : []),
    ...(caller.user ? [`user:${caller.user.id}`] : []),
    ...(caller.member ? [`member:${caller.member.id}`] : []),
  ];
  return { value: caller, restsOn: caller.user || caller.token ? restsOn : null };
}

/** @param json as callerSql makes it */
export function callerOf([[userId, email, sessionVersion, secondFactor], token, role, member]: CallerJson): Caller {
  const [memberId, suspendedAt, subscriptions, grants] = member ?? NO_MEMBER;
  return {
    user: userId === null ? null : { id: userId, email, sessionVersion, secondFactor },
    token: tokenOf(token),
    role,
    member: memberId === null ? null : { id: memberId, suspendedAt: dateOf(suspendedAt) },
    subscriptions: (subscriptions ?? []).map(([kind, status, pastDueSince, endedAt]) => ({
      kind,
      status,
      pastDueSince: dateOf(pastDueSince),
      endedAt: dateOf(endedAt),
    })),
    grants: (grants ?? []).map(grantOf),
  };
}

export function grantOf([source, startsAt, expiresAt]: GrantJson): Caller["grants"][number] {
  return { source, startsAt: dateOf(startsAt), expiresAt: dateOf(expiresAt) };
}

function tokenOf([name, tenantId, scopes, productIds, expiresAt, issuedAt]: TokenJson): Caller["token"] {
  if (name === null) return null;
  return { name, tenantId, scopes, productIds, expiresAt: dateOf(expiresAt), issuedAt: new Date(issuedAt) };
}

type Instant = string | null;

type TokenJson = [
  name: string | null,
  tenantId: string | null,
  scopes: string[],
  productIds: string[],
  expiresAt: Instant,
  issuedAt: string,
];

/** What callerSql answers with; a row that is not there is one of nulls. */
export type CallerJson = [
  user: [id: string | null, email: string, sessionVersion: number, secondFactor: boolean],
  token: TokenJson,
  role: Role | null,
  member:
    | [id: string | null, suspendedAt: Instant, subscriptions: SubscriptionJson[] | null, grants: GrantJson[] | null]
    | null,
];

export type GrantJson = [source: string, startsAt: Instant, expiresAt: Instant];

type SubscriptionJson = [
  kind: Facts["subscriptions"][number]["kind"],
  status: string | null,
  pastDueSince: Instant,
  endedAt: Instant,
];

const NO_MEMBER: NonNullable<CallerJson[3]> = [null, null, null, null];

// One JSON value costs both sides less than twenty columns that are described anew with every answer; lists in it less
// than objects; and what hangs on the member is not looked for where there is none.
/** The facts about a caller in a tenant and about its grants of a product, beside CALLER_FROM. */
export function callerSql({ tenant, product }: { tenant: string; product: string }): string {
  return `json_build_array(
      json_build_array(u.id, u.email, u.session_version,
        u.totp_enabled_at IS NOT NULL OR EXISTS (SELECT FROM passkeys k WHERE k.user_id = u.id)),
      json_build_array(a.name, a.tenant_id, a.scopes, a.product_ids, a.expires_at,
        coalesce(a.rotated_at, a.created_at)),
      (SELECT tm.role FROM tenant_memberships tm WHERE tm.tenant_id = ${tenant} AND tm.user_id = u.id),
      (SELECT json_build_array(m.id, m.suspended_at,
          (SELECT json_agg(json_build_array(s.kind, s.status, s.past_due_since, s.ended_at))
            FROM subscriptions s WHERE s.member_id = m.id),
          (SELECT json_agg(json_build_array(e.source, e.starts_at, e.expires_at))
            FROM entitlements e WHERE e.member_id = m.id AND e.product_id = ${product} AND e.revoked_at IS NULL))
        FROM members m WHERE m.tenant_id = ${tenant} AND m.user_id = u.id)
    ) AS caller`;
}

/** Who asks: by the token $1, or signed in as the user $2. */
export const CALLER_FROM = `(VALUES (1)) one
    LEFT JOIN access_tokens a ON a.id = $1::uuid AND a.revoked_at IS NULL
    LEFT JOIN users u ON u.id = coalesce(a.user_id, $2::uuid)`;

export const FIND_CALLER: Statement = {
  name: "find_caller",
  text: `
    SELECT ${callerSql({ tenant: "$3::uuid", product: "$4::uuid" })}
    FROM ${CALLER_FROM}`,
};
