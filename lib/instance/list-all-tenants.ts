import { z } from "zod";
import { containing, type Prisma, query } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { parse } from "../parse.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";

export const AllTenantsFilter = z.strictObject({
  /** A part of the name or the slug, in any case. */
  search: z.string().trim().max(200).optional(),
  /** The id after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export type TenantState = "active" | "archived" | "deletion requested" | "deleted";

export interface InstanceTenant {
  id: string;
  slug: string;
  name: string;
  createdAt: Date;
  state: TenantState;
  counts: { team: number; members: number; products: number };
}

/** Every tenant that there is or was, the newest first. @throws not_found for whoever is no instance admin; invalid */
export async function listAllTenants(
  ctx: AccountCtx,
  input: z.input<typeof AllTenantsFilter> = {},
): Promise<{ tenants: InstanceTenant[]; next: string | null }> {
  await demandInstanceAdmin(ctx);
  const { search, after, limit } = parse(AllTenantsFilter, input);
  const contains = containing(search ?? "");
  const rows = await query((db) =>
    db.tenant.findMany({
      where: {
        ...(after ? { id: { lt: after } } : {}),
        ...(search ? { OR: [{ slug: contains }, { name: contains }] } : {}),
      },
      include: WITH_COUNTS,
      orderBy: { id: "desc" },
      take: limit + 1,
    }),
  );
  const tenants = rows.slice(0, limit).map(tenantShown);
  return { tenants, next: rows.length > limit ? (tenants.at(-1)?.id ?? null) : null };
}

export const WITH_COUNTS = {
  _count: { select: { memberships: true, members: true, products: true } },
} satisfies Prisma.TenantInclude;

export function tenantShown(row: Prisma.TenantGetPayload<{ include: typeof WITH_COUNTS }>): InstanceTenant {
  const { memberships: team, members, products } = row._count;
  const { id, slug, name, createdAt } = row;
  return { id, slug, name, createdAt, state: stateOf(row), counts: { team, members, products } };
}

function stateOf(row: { archivedAt: Date | null; deletionRequestedAt: Date | null; deletedAt: Date | null }) {
  if (row.deletedAt) return "deleted";
  if (row.deletionRequestedAt) return "deletion requested";
  return row.archivedAt ? "archived" : "active";
}
