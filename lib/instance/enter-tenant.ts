import { z } from "zod";
import { SUPPORT_ROLE } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { demandInstanceAdmin, lockInstanceAdmin } from "./demand-admin.ts";
import { isActive } from "./support-entries.ts";

/** How long a support entry may hold. */
export const SUPPORT_MINUTES = [15, 60, 240] as const;

export const EnterTenant = z.strictObject({
  tenantId: z.uuid(),
  /** Kept in the tenant's own audit log: its owners read it. */
  reason: z.string().trim().min(10).max(500),
  minutes: z.literal(SUPPORT_MINUTES),
});

/**
 * Lets the caller look into a tenant for a while, with SUPPORT_ROLE. The tenant's audit log says so. Entering again ends
 * the entry that was active.
 * @throws not_found for an unknown tenant, and for whoever is no instance admin; conflict for a tenant that was deleted or
 *   on whose team the caller is; invalid
 */
export async function enterTenant(
  ctx: AccountCtx,
  input: z.input<typeof EnterTenant>,
): Promise<{ slug: string; expiresAt: Date }> {
  await demandInstanceAdmin(ctx);
  const { tenantId, reason, minutes } = parse(EnterTenant, input);
  const expiresAt = new Date(ctx.now.getTime() + minutes * 60_000);
  return transaction(async (tx) => {
    // The lock also keeps two entries of the same admin apart: one of them ends the other.
    await lockInstanceAdmin(tx, ctx);
    const tenant = await enterable(tx, ctx, tenantId);
    const own = { tenantId, ...isActive(ctx) };
    const [before] = await tx.supportEntry.findMany({ where: own, select: { expiresAt: true }, take: 1 });
    await tx.supportEntry.updateMany({ where: own, data: { endedAt: ctx.now } });
    await tx.supportEntry.create({ data: { tenantId, userId: ctx.actor.id, reason, createdAt: ctx.now, expiresAt } });
    await record(
      tx,
      { ...ctx, actor: { ...ctx.actor, support: true }, tenant },
      {
        action: "support.entered",
        subject: { type: "tenant", id: tenant.id, label: tenant.slug },
        reason,
        before: before && { until: before.expiresAt.toISOString() },
        after: { role: SUPPORT_ROLE, until: expiresAt.toISOString() },
      },
    );
    return { slug: tenant.slug, expiresAt };
  });
}

async function enterable(tx: Tx, { actor }: AccountCtx, id: string): Promise<{ id: string; slug: string }> {
  // Whoever erases the tenant comes before or after.
  await tx.$queryRaw`SELECT 1 FROM tenants WHERE id = ${id}::uuid FOR KEY SHARE`;
  const tenant = await tx.tenant.findUnique({
    where: { id },
    select: { id: true, slug: true, deletedAt: true, memberships: { where: { userId: actor.id } } },
  });
  if (!tenant) throw notFound("workspace");
  if (tenant.deletedAt) throw conflict("This workspace was deleted: there is nothing left to look at.");
  if (tenant.memberships.length > 0) throw conflict("You are on the team of this workspace: open it as yourself.");
  return tenant;
}
