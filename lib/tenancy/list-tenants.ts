import { z } from "zod";
import type { Role } from "#lib/access/index.ts";
import { containing, queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import { parse } from "../parse.ts";

export const TenantFilter = z.strictObject({
  /** A part of the name or the slug, in any case. */
  search: z.string().trim().max(200).optional(),
  /** The slug after which the page begins. */
  after: z.string().max(63).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export interface TenantChoice {
  slug: string;
  name: string;
  /** Null for a member who is not on the team. */
  role: Role | null;
  isMember: boolean;
  /** Seen by its team alone. */
  archived: boolean;
}

// $1 user, $2 a LIKE pattern or null, $3 the slug before the page or null, $4 how many. The cursor is looked up among the
// user's own: another's slug would tell where its name stands in the order.
const LIST_TENANTS: Statement = {
  name: "list_tenants_of",
  text: `
    WITH mine AS MATERIALIZED (
      SELECT t.id, t.slug, t.name, lower(t.name) AS sorted, t.archived_at IS NOT NULL AS archived,
             max(own.role) AS role, bool_or(own.is_member) AS is_member
      FROM (SELECT tenant_id, role::text, false AS is_member FROM tenant_memberships WHERE user_id = $1::uuid
            UNION ALL SELECT tenant_id, NULL, true FROM members WHERE user_id = $1::uuid) own
      JOIN tenants t ON t.id = own.tenant_id
      WHERE t.deleted_at IS NULL AND (t.archived_at IS NULL OR NOT own.is_member)
      GROUP BY t.id)
    SELECT slug, name, role, is_member AS "isMember", archived FROM mine
    WHERE ($2::text IS NULL OR name ILIKE $2 OR slug ILIKE $2)
      AND ($3::text IS NULL OR (sorted, id) > (SELECT sorted, id FROM mine WHERE slug = $3))
    ORDER BY sorted, id LIMIT $4::int`,
};

/** The tenants that the user may enter, by name, page by page; archived ones for their team alone. */
export async function listTenantsOf(
  userId: string,
  input: z.input<typeof TenantFilter> = {},
): Promise<{ tenants: TenantChoice[]; next: string | null }> {
  const { search, after, limit } = parse(TenantFilter, input);
  const pattern = search ? `%${containing(search).contains}%` : null;
  try {
    const rows = await queryPrepared<TenantChoice>(LIST_TENANTS, [userId, pattern, after ?? null, limit + 1]);
    const tenants = rows.slice(0, limit);
    return { tenants, next: rows.length > limit ? (tenants.at(-1)?.slug ?? null) : null };
  } catch (error) {
    throw translated(error);
  }
}
