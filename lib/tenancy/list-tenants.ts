import type { Role } from "#lib/access/index.ts";
import { query } from "#lib/db/index.ts";

export interface TenantChoice {
  slug: string;
  name: string;
  /** Null for a member who is not on the team. */
  role: Role | null;
  isMember: boolean;
}

/** Every tenant that the user may enter, by name. */
export async function listTenantsOf(userId: string): Promise<TenantChoice[]> {
  const tenants = await query((db) =>
    db.tenant.findMany({
      where: { archivedAt: null, OR: [{ memberships: { some: { userId } } }, { members: { some: { userId } } }] },
      select: {
        slug: true,
        name: true,
        memberships: { where: { userId }, select: { role: true } },
        members: { where: { userId }, select: { id: true } },
      },
      orderBy: { name: "asc" },
    }),
  );
  return tenants.map((tenant) => ({
    slug: tenant.slug,
    name: tenant.name,
    role: tenant.memberships[0]?.role ?? null,
    isMember: tenant.members.length > 0,
  }));
}
