import { type Role, SUPPORT_ROLE } from "#lib/access/index.ts";
import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";

/** How a signed-in user stands to a tenant. */
export interface TenantAccess {
  tenant: {
    id: string;
    slug: string;
    name: string;
    graceDays: number;
    endlessTokens: boolean;
    archivedAt: Date | null;
    deletionRequestedAt: Date | null;
  };
  role: Role | null;
  /** Of the team, but without the second factor that it asks for: the role doesn't count. */
  owesSecondFactor: boolean;
  memberId: string | null;
  /** Until when an instance admin may look, who is not of the team. */
  supportUntil: Date | null;
}

/** Somebody with a session that holds, and how they stand to the tenant that they ask for; null for who does not belong. */
export interface Visit {
  user: { id: string; email: string; name: string | null; isInstanceAdmin: boolean };
  access: TenantAccess | null;
  /** When the session was last used was kept more than a minute ago. */
  stale: boolean;
}

// $1 slug, $2 session. One row where the session holds; the same plan whether the tenant is there or not.
const FIND_VISIT: Statement = {
  name: "find_visit",
  text: `
    SELECT u.id AS user_id, u.email, u.name AS user_name, u.is_instance_admin,
           s.last_seen_at < now() - interval '1 minute' AS stale,
           t.id, t.slug, t.name, t.grace_days, t.endless_tokens, t.archived_at, t.deletion_requested_at, tm.role::text,
           m.id AS member_id, support.until,
           t.second_factor_required AND tm.role IS NOT NULL AND u.totp_enabled_at IS NULL
             AND NOT EXISTS (SELECT FROM passkeys k WHERE k.user_id = u.id) AS owes_second_factor
    FROM sessions s
    JOIN users u ON u.id = s.user_id
    LEFT JOIN tenants t ON t.slug = $1 AND t.deleted_at IS NULL
    LEFT JOIN tenant_memberships tm ON tm.tenant_id = t.id AND tm.user_id = u.id
    LEFT JOIN members m ON m.tenant_id = t.id AND m.user_id = u.id
    LEFT JOIN LATERAL (
      SELECT max(se.expires_at) AS until FROM support_entries se
      WHERE u.is_instance_admin AND se.user_id = u.id AND se.tenant_id = t.id
        AND se.ended_at IS NULL AND se.expires_at > now()) support ON true
    WHERE s.id = $2 AND s.expires_at > now() AND NOT s.awaits_second_factor`,
};

interface Row {
  user_id: string;
  email: string;
  user_name: string | null;
  is_instance_admin: boolean;
  stale: boolean;
  id: string | null;
  slug: string;
  name: string;
  grace_days: number;
  endless_tokens: boolean;
  archived_at: Date | null;
  deletion_requested_at: Date | null;
  role: Role | null;
  member_id: string | null;
  until: Date | null;
  owes_second_factor: boolean;
}

/** Who the session is, and the tenant as one of its team or members sees it; null where the session has ended. */
export async function findVisit(slug: string, sessionId: string): Promise<Visit | null> {
  try {
    const [row] = await queryPrepared<Row>(FIND_VISIT, [slug, sessionId]);
    if (!row) return null;
    const user = { id: row.user_id, email: row.email, name: row.user_name, isInstanceAdmin: row.is_instance_admin };
    return { user, access: accessOf(row), stale: row.stale };
  } catch (error) {
    throw translated(error);
  }
}

function accessOf({ id, slug, name, ...row }: Row): TenantAccess | null {
  const role = row.role ?? (row.until ? SUPPORT_ROLE : null);
  // An archived tenant is its team's alone.
  const memberId = row.archived_at ? null : row.member_id;
  if (!id || (!role && !memberId)) return null;
  return {
    tenant: {
      id,
      slug,
      name,
      graceDays: row.grace_days,
      endlessTokens: row.endless_tokens,
      archivedAt: row.archived_at,
      deletionRequestedAt: row.deletion_requested_at,
    },
    role,
    owesSecondFactor: row.owes_second_factor,
    memberId,
    supportUntil: row.role ? null : row.until,
  };
}
