import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Prisma, query, type Tenant, type Tx } from "#lib/db/index.ts";
import { inForce, policyWords } from "#lib/policies/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { changeTenant, tenantOf } from "./change-tenant.ts";
import { TenantName } from "./slug.ts";

export const UpdateTenant = z.strictObject({
  name: TenantName,
  /** Days of access after a subscription fell past due. */
  graceDays: z.int().min(0).max(90),
  storefrontEnabled: z.boolean(),
  endlessTokens: z.boolean(),
});

type Settings = z.output<typeof UpdateTenant>;

/** The tenant with its settings, for their page. */
export async function viewTenant(ctx: Ctx): Promise<Tenant> {
  await demand(ctx, "tenant.view");
  return query((db) => tenantOf(db, ctx));
}

/**
 * Changes a tenant's settings. What is as it was changes nothing.
 * @throws forbidden without `tenant.update`; invalid; conflict for what a policy of access in force says
 */
export async function updateTenant(ctx: Ctx, input: z.input<typeof UpdateTenant>): Promise<{ changed: boolean }> {
  await demand(ctx, "tenant.update");
  const settings = parse(UpdateTenant, input);
  return changeTenant(ctx, "tenant.update", async (tx, { tenant }) => {
    const changed = keysOf(settings).filter((key) => settings[key] !== tenant[key]);
    if (changed.length === 0) return { changed: false };
    await refuseRuled(tx, tenant, changed);
    await tx.tenant.update({ where: { id: tenant.id }, data: settings, select: { id: true } });
    if (changed.includes("graceDays")) await rereadGrace(tx, ctx);
    await recordTenant(tx, ctx, {
      action: "tenant.updated",
      before: only(tenant, changed),
      after: only(settings, changed),
    });
    return { changed: true };
  });
}

/** What a policy of access says, as the workspace's settings. */
export type AccessRules = Pick<Tenant, "graceDays" | "endlessTokens" | "tokenDaysMax" | "secondFactorRequired">;

/** Sets what a policy of access says, from the next request on. The caller holds the tenant's lock, and records it. */
export async function setAccessRules(tx: Tx, ctx: Ctx, rules: AccessRules): Promise<void> {
  const { id, graceDays } = await tenantOf(tx, ctx);
  await tx.tenant.update({ where: { id }, data: rules, select: { id: true } });
  if (graceDays !== rules.graceDays) await rereadGrace(tx, ctx);
}

// What Stripe gave to those who are past due ends with the days of grace: billing's job reads them again.
async function rereadGrace(tx: Tx, ctx: Ctx): Promise<void> {
  await tx.stripeReread.create({ data: { tenantId: ctx.tenant.id, requestId: ctx.requestId } });
}

const RULED: readonly (keyof Settings)[] = ["graceDays", "endlessTokens"];

async function refuseRuled(tx: Tx, { id }: Tenant, changed: readonly (keyof Settings)[]): Promise<void> {
  if (!changed.some((key) => RULED.includes(key))) return;
  const ruling = await inForce(tx, id, "access");
  if (ruling) {
    throw conflict(`Days of grace and endless tokens are set by ${policyWords(ruling)}: change them there.`, {
      reason: "ruled_by_policy",
    });
  }
}

/** Records what was done to the tenant itself. */
export async function recordTenant(
  tx: Tx,
  ctx: Ctx,
  entry: { action: string; before?: Prisma.InputJsonObject; after?: Prisma.InputJsonObject },
): Promise<void> {
  const { id, slug } = ctx.tenant;
  await record(tx, ctx, { ...entry, subject: { type: "tenant", id, label: slug } });
}

function keysOf(settings: Settings): (keyof Settings)[] {
  return Object.keys(settings) as (keyof Settings)[];
}

function only(settings: Settings, keys: (keyof Settings)[]): Prisma.InputJsonObject {
  return Object.fromEntries(keys.map((key) => [key, settings[key]]));
}
