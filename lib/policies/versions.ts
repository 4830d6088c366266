import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import type { Policy, PolicyVersion, Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";

export const PolicyId = z.uuid("is not an id");
/** Which version of which policy. */
export const VersionKey = z.strictObject({ policyId: PolicyId, number: z.int().min(1) });
export type VersionKey = z.output<typeof VersionKey>;

/** @throws not_found */
export async function policyInTenant(tx: Tx, ctx: Ctx, policyId: string): Promise<Policy> {
  const policy = await tx.policy.findUnique({ where: { tenantId_id: { tenantId: ctx.tenant.id, id: policyId } } });
  if (!policy) throw notFound("policy");
  return policy;
}

/** The same, and nobody else changes it or its versions until the transaction's end. @throws not_found */
export async function lockPolicy(tx: Tx, ctx: Ctx, policyId: string): Promise<Policy> {
  await tx.$queryRaw`SELECT 1 FROM policies WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${policyId}::uuid FOR UPDATE`;
  return policyInTenant(tx, ctx, policyId);
}

/** @throws not_found */
export async function versionOf(tx: Tx, ctx: Ctx, { policyId, number }: VersionKey): Promise<PolicyVersion> {
  const where = { tenantId: ctx.tenant.id, policyId, number };
  const version = await tx.policyVersion.findFirst({ where });
  if (!version) throw notFound("version of this policy");
  return version;
}

/** A policy's version in that state, of which there is one at most. */
export function versionIn(tx: Tx, { tenantId, id }: Policy, state: "draft" | "active"): Promise<PolicyVersion | null> {
  return tx.policyVersion.findFirst({ where: { tenantId, policyId: id, state } });
}

/** Records what was done to a policy. */
export async function recordPolicy(
  tx: Tx,
  ctx: Ctx,
  {
    policy: { id, name },
    ...entry
  }: {
    action: string;
    policy: Pick<Policy, "id" | "name">;
    before?: Prisma.InputJsonObject;
    after?: Prisma.InputJsonObject;
  },
): Promise<void> {
  await record(tx, ctx, { ...entry, subject: { type: "policy", id, label: name } });
}
