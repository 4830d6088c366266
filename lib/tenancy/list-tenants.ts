import { z } from "zod";
import type { Role } from "#lib/access/index.ts";
import { containing, queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import { parse } from "../parse.ts";

export const TenantFilter = z.strictObject({
  /** A part of the name or the slug, in any case. */
  search: z.string().trim().max(200).optional(),
  /** The place after which the page begins, as `next` names it: a slug, a colon and the name in lower case. */
  after: z
    .string()
    .max(400)
    .regex(/^[a-z0-9-]+:/, "is not a place in the list")
    .optional(),
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

// $1 user, $2 a LIKE pattern or null, $3 the name in lower case and $4 the slug before the page, or null, $5 how many. The
// cursor is a place and not a row: the workspace that ended the page before may be nobody's, or have another name, since.
const LIST_TENANTS: Statement = {
  name: "list_tenants_of",
  text: `
    WITH mine AS MATERIALIZED (
      SELECT t.slug, t.name, lower(t.name) AS sorted, t.archived_at IS NOT NULL AS archived,
             max(own.role) AS role, bool_or(own.is_member) AS is_member
      FROM (SELECT tenant_id, role::text, false AS is_member FROM tenant_memberships WHERE user_id = $1::uuid
            UNION ALL SELECT tenant_id, NULL, true FROM members WHERE user_id = $1::uuid) own
      JOIN tenants t ON t.id = own.tenant_id
      WHERE t.deleted_at IS NULL AND (t.archived_at IS NULL OR NOT own.is_member)
      GROUP BY t.id)
    SELECT slug, name, role, is_member AS "isMember", archived, sorted FROM mine
    WHERE ($2::text IS NULL OR name ILIKE $2 OR slug ILIKE $2)
      AND ($3::text IS NULL OR (sorted, slug) > ($3, $4::text))
    ORDER BY sorted, slug LIMIT $5::int`,
};

/** The tenants that the user may enter, by name, page by page; archived ones for their team alone. */
export async function listTenantsOf(
  userId: string,
  input: z.input<typeof TenantFilter> = {},
): Promise<{ tenants: TenantChoice[]; next: string | null }> {
  const { search, after, limit } = parse(TenantFilter, input);
  const pattern = search ? `%${containing(search).contains}%` : null;
  const [, slug = null, name = null] = /^([^:]*):(.*)$/s.exec(after ?? "") ?? [];
  try {
    const values = [userId, pattern, name, slug, limit + 1];
    const rows = await queryPrepared<TenantChoice & { sorted: string }>(LIST_TENANTS, values);
    const last = rows.length > limit ? rows[limit - 1] : null;
    const tenants = rows.slice(0, limit).map(({ sorted: _, ...tenant }) => tenant);
    return { tenants, next: last ? `${last.slug}:${last.sorted}` : null };
  } catch (error) {
    throw translated(error);
  }
}
