import type { z } from "zod";
import { type Capability, LAST_ROLE, type Role } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import type { Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { changeTenant } from "./change-tenant.ts";

export const WITH_USER = { user: { select: { email: true, name: true } } } satisfies Prisma.TenantMembershipInclude;

export type Membership = Prisma.TenantMembershipGetPayload<{ include: typeof WITH_USER }>;

interface Change<S extends z.ZodType> {
  capability: Capability;
  schema: S;
  input: z.input<S>;
}

/**
 * Changes a team as changeTenant does, by an input that is checked before anything is locked.
 * @throws as changeTenant; invalid
 */
export async function changeTeam<S extends z.ZodType, T>(
  ctx: Ctx,
  { capability, schema, input }: Change<S>,
  work: (tx: Tx, ctx: Ctx, input: z.output<S>) => Promise<T>,
): Promise<T> {
  await demand(ctx, capability);
  const parsed = parse(schema, input);
  return changeTenant(ctx, capability, (tx, held) => work(tx, held.ctx, parsed));
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
