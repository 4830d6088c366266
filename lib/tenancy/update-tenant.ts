import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Prisma, query, type Tenant, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
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
 * @throws forbidden without `tenant.update`; invalid
 */
export async function updateTenant(ctx: Ctx, input: z.input<typeof UpdateTenant>): Promise<{ changed: boolean }> {
  await demand(ctx, "tenant.update");
  const settings = parse(UpdateTenant, input);
  return changeTenant(ctx, "tenant.update", async (tx, { tenant }) => {
    const changed = keysOf(settings).filter((key) => settings[key] !== tenant[key]);
    if (changed.length === 0) return { changed: false };
    await tx.tenant.update({ where: { id: tenant.id }, data: settings, select: { id: true } });
    // What Stripe gave to those who are past due ends with the days of grace: billing's job reads them again.
    if (changed.includes("graceDays")) {
      await tx.stripeReread.create({ data: { tenantId: tenant.id, requestId: ctx.requestId } });
    }
    await recordTenant(tx, ctx, {
      action: "tenant.updated",
      before: only(tenant, changed),
      after: only(settings, changed),
    });
    return { changed: true };
  });
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
