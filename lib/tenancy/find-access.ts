import type { Role } from "#lib/access/index.ts";
import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";

/** How a signed-in user stands to a tenant. */
export interface TenantAccess {
  tenant: { id: string; slug: string; name: string; graceDays: number };
  role: Role | null;
  memberId: string | null;
  /** Sessions that carry another number have ended. */
  sessionVersion: number;
  user: { id: string; email: string; name: string | null };
}

const FIND_ACCESS: Statement = {
  name: "find_tenant_access",
  text: `
    SELECT t.id, t.slug, t.name, t.grace_days, tm.role::text, m.id AS member_id,
           u.id AS user_id, u.email, u.name AS user_name, u.session_version
    FROM tenants t
    CROSS JOIN users u
    LEFT JOIN tenant_memberships tm ON tm.tenant_id = t.id AND tm.user_id = u.id
    LEFT JOIN members m ON m.tenant_id = t.id AND m.user_id = u.id
    WHERE t.slug = $1 AND u.id = $2 AND t.archived_at IS NULL AND (tm.id IS NOT NULL OR m.id IS NOT NULL)`,
};

interface Row {
  id: string;
  slug: string;
  name: string;
  grace_days: number;
  role: Role | null;
  member_id: string | null;
  user_id: string;
  email: string;
  user_name: string | null;
  session_version: number;
}

/** The tenant as one of its team or members sees it; null for everyone else, whether the tenant exists or not. */
export async function findTenantAccess(slug: string, userId: string): Promise<TenantAccess | null> {
  try {
    const [row] = await queryPrepared<Row>(FIND_ACCESS, [slug, userId]);
    if (!row) return null;
    return {
      tenant: { id: row.id, slug: row.slug, name: row.name, graceDays: row.grace_days },
      role: row.role,
      memberId: row.member_id,
      sessionVersion: row.session_version,
      user: { id: row.user_id, email: row.email, name: row.user_name },
    };
  } catch (error) {
    throw translated(error);
  }
}
