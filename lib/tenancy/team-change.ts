import type { z } from "zod";
import { type Capability, type CapabilityDecision, LAST_ROLE, type Role } from "#lib/access/index.ts";
import { demand, recordDenial } from "#lib/audit/index.ts";
import { type Prisma, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, conflict, isAppError, notFound } from "../errors.ts";
import { parse } from "../parse.ts";

const WITH_USER = { user: { select: { email: true, name: true } } } satisfies Prisma.TenantMembershipInclude;

export type Membership = Prisma.TenantMembershipGetPayload<{ include: typeof WITH_USER }>;

interface Change<S extends z.ZodType> {
  capability: Capability;
  schema: S;
  input: z.input<S>;
}

/**
 * Changes a team, one change after another: `work` runs in a transaction that holds the tenant's row. What it refuses with
 * forbidden is recorded as denied once that transaction is undone.
 * @throws forbidden without the capability; invalid; and what `work` throws
 */
export async function changeTeam<S extends z.ZodType, T>(
  ctx: Ctx,
  { capability, schema, input }: Change<S>,
  work: (tx: Tx, input: z.output<S>) => Promise<T>,
): Promise<T> {
  await demand(ctx, capability);
  const parsed = parse(schema, input);
  try {
    return await transaction(async (tx) => {
      await lockTenant(tx, ctx.tenant.id);
      return work(tx, parsed);
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

/** @throws forbidden with the decision's own sentence */
export function insist(decision: CapabilityDecision, capability: Capability): void {
  if (!decision.allowed) throw new AppError("forbidden", decision.reason, { reason: capability });
}

/** @throws not_found for a membership of another tenant, or none */
export async function membershipInTenant(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<Membership> {
  const key = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const membership = await tx.tenantMembership.findUnique({ where: key, include: WITH_USER });
  if (!membership) throw notFound("person on the team");
  return membership;
}

/** Somebody goes, or gets `next` instead: a team keeps at least one owner. Under the tenant's lock. @throws conflict */
export async function keepAnOwner(tx: Tx, held: Membership, next: Role | null): Promise<void> {
  const { tenantId, role } = held;
  if (role !== LAST_ROLE || next === LAST_ROLE) return;
  const owners = await tx.tenantMembership.count({ where: { tenantId, role: LAST_ROLE } });
  if (owners < 2) throw conflict(ONLY_OWNER);
}

export const ONLY_OWNER = "This is the only owner left. Make somebody else an owner first.";

export function subjectOf({ id, user }: Membership): { type: string; id: string; label: string } {
  return { type: "membership", id, label: user.email };
}
