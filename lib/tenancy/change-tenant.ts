import { type Actor, type Capability, type CapabilityDecision, decide } from "#lib/access/index.ts";
import { demand, recordDenial } from "#lib/audit/index.ts";
import { type Tenant, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, isAppError, notFound } from "../errors.ts";
import { roleNow } from "./role-now.ts";

/** A tenant whose row the transaction holds, and the context with the rights that its actor has now. */
export interface Held {
  ctx: Ctx;
  tenant: Tenant;
}

/**
 * Changes a tenant or its team, one change after another: `work` runs in a transaction that holds the tenant's row. The
 * right is asked for before, and again under the lock: whoever waited for it may have lost it meanwhile. What is refused
 * with forbidden is recorded as denied once that transaction is undone.
 * @throws forbidden without the capability; not_found where the tenant was deleted meanwhile; and what `work` throws
 */
export async function changeTenant<T>(
  ctx: Ctx,
  capability: Capability,
  work: (tx: Tx, held: Held) => Promise<T>,
): Promise<T> {
  await demand(ctx, capability);
  try {
    return await transaction(async (tx) => {
      const held = await hold(tx, ctx);
      insist(decide(held.ctx.actor, capability), capability);
      return work(tx, held);
    });
  } catch (error) {
    if (isAppError(error) && error.code === "forbidden") {
      await recordDenial(ctx, { action: capability, reason: error.message });
    }
    throw error;
  }
}

/** Holds the tenant's row until the transaction ends. Rows that refer to the tenant can still be added meanwhile. */
export async function lockTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM tenants WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
}

/** @throws not_found where it was deleted */
export async function tenantOf(db: Tx, ctx: Ctx): Promise<Tenant> {
  const tenant = await db.tenant.findFirst({ where: { id: ctx.tenant.id, deletedAt: null } });
  if (!tenant) throw notFound("workspace");
  return tenant;
}

/** @throws forbidden with the decision's own sentence */
export function insist(decision: CapabilityDecision, capability: Capability): void {
  if (!decision.allowed) throw new AppError("forbidden", decision.reason, { reason: capability });
}

async function hold(tx: Tx, ctx: Ctx): Promise<Held> {
  await lockTenant(tx, ctx.tenant.id);
  const tenant = await tenantOf(tx, ctx);
  const { actor } = ctx;
  const archived = tenant.archivedAt !== null;
  const of = (userId: string) => ({ tenantId: tenant.id, userId });
  if (actor.type === "user") {
    return { tenant, ctx: { ...ctx, actor: { ...actor, ...(await roleNow(tx, of(actor.id))), archived } } };
  }
  if (actor.type !== "token") return { tenant, ctx };
  const role = actor.user && (await roleNow(tx, of(actor.user.id)));
  const now: Actor = { ...actor, ...role, scopes: archived ? [] : actor.scopes };
  return { tenant, ctx: { ...ctx, actor: now } };
}
