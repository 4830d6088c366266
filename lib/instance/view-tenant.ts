import { z } from "zod";
import { rolesWith } from "#lib/access/index.ts";
import { query, type TenantStorage } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { env } from "../env.ts";
import { notFound } from "../errors.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";
import { type InstanceTenant, tenantShown, WITH_COUNTS } from "./list-all-tenants.ts";
import { isActive } from "./support-entries.ts";

export interface TenantFacts extends InstanceTenant {
  storefrontEnabled: boolean;
  graceDays: number;
  archivedAt: Date | null;
  deletionRequestedAt: Date | null;
  deletedAt: Date | null;
  /** Whom to write to: the addresses of those who may do everything here, at most ten. */
  owners: string[];
  storage: {
    bytes: number;
    /** Whether the limits are its own; null is no limit. */
    ownQuota: boolean;
    quotaBytes: number | null;
    quotaRepositories: number | null;
  };
  /** The caller is on its team, and needs no support entry. */
  onTeam: boolean;
  /** Until when the caller may look, where a support entry of theirs is active. */
  supportUntil: Date | null;
}

/** One tenant's facts and the caller's own way in. @throws not_found, also for whoever is no instance admin */
export async function viewTenant(ctx: AccountCtx, id: string): Promise<TenantFacts> {
  await demandInstanceAdmin(ctx);
  if (!z.uuid().safeParse(id).success) throw notFound("workspace");
  const userId = ctx.actor.id;
  const select = { userId: true, user: { select: { email: true } } } as const;
  const [tenant, owners, own] = await query((db) =>
    Promise.all([
      db.tenant.findUnique({
        where: { id },
        include: {
          ...WITH_COUNTS,
          storage: true,
          supportEntries: { where: isActive(ctx), select: { expiresAt: true } },
        },
      }),
      db.tenantMembership.findMany({
        where: { tenantId: id, role: { in: rolesWith("tenant.delete") } },
        select,
        orderBy: { id: "asc" },
        take: 10,
      }),
      db.tenantMembership.findUnique({ where: { tenantId_userId: { tenantId: id, userId } }, select: { id: true } }),
    ]),
  );
  if (!tenant) throw notFound("workspace");
  const { storefrontEnabled, graceDays, archivedAt, deletionRequestedAt, deletedAt } = tenant;
  return {
    ...tenantShown(tenant),
    ...{ storefrontEnabled, graceDays, archivedAt, deletionRequestedAt, deletedAt },
    owners: owners.map(({ user }) => user.email),
    storage: storageOf(tenant.storage),
    onTeam: own !== null,
    supportUntil: tenant.supportEntries[0]?.expiresAt ?? null,
  };
}

function storageOf(row: TenantStorage | null): TenantFacts["storage"] {
  const bytes = Number(row?.bytes ?? 0);
  const { QUOTA_BYTES: quotaBytes = null, QUOTA_REPOSITORIES: quotaRepositories = null } = env();
  if (!row?.ownQuota) return { bytes, ownQuota: false, quotaBytes, quotaRepositories };
  const own = row.quotaBytes === null ? null : Number(row.quotaBytes);
  return { bytes, ownQuota: true, quotaBytes: own, quotaRepositories: row.quotaRepositories };
}
