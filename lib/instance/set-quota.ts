import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { demandInstanceAdmin, lockInstanceAdmin } from "./demand-admin.ts";

export const SetQuota = z.strictObject({
  tenantId: z.uuid(),
  /** Whether the limits here hold, or the instance's. */
  ownQuota: z.boolean(),
  /** Bytes; null for no limit. */
  quotaBytes: z.int("must be a number of bytes").min(0, "can't be less than nothing").nullable(),
  quotaRepositories: z.int("must be a whole number").min(0).max(1_000_000).nullable(),
});

/**
 * Says how much a tenant may keep. What it keeps already stays; pushes beyond the quota are refused from now on.
 * @throws not_found for an unknown tenant, and for whoever is no instance admin; conflict for one that was deleted; invalid
 */
export async function setQuota(ctx: AccountCtx, input: z.input<typeof SetQuota>): Promise<{ changed: boolean }> {
  await demandInstanceAdmin(ctx);
  const { tenantId, ...quota } = parse(SetQuota, input);
  const wanted = quota.ownQuota ? quota : { ownQuota: false, quotaBytes: null, quotaRepositories: null };
  return transaction(async (tx) => {
    await lockInstanceAdmin(tx, ctx);
    const tenant = await tx.tenant.findUnique({ where: { id: tenantId }, include: { storage: true } });
    if (!tenant) throw notFound("workspace");
    if (tenant.deletedAt) throw conflict("This workspace was deleted: it keeps nothing.");
    const before = shown(tenant.storage);
    if (JSON.stringify(before) === JSON.stringify(shown(wanted))) return { changed: false };
    await tx.tenantStorage.upsert({ where: { tenantId }, create: { tenantId, ...wanted }, update: wanted });
    // In the tenant's own log: its owners read why a push is refused.
    await record(
      tx,
      { ...ctx, tenant },
      {
        action: "tenant.quotaSet",
        subject: { type: "tenant", id: tenantId, label: tenant.slug },
        before,
        after: shown(wanted),
      },
    );
    return { changed: true };
  });
}

type Quota = { ownQuota: boolean; quotaBytes: number | bigint | null; quotaRepositories: number | null };

function shown(quota: Quota | null) {
  if (!quota?.ownQuota) return { quota: "the instance's" };
  const { quotaBytes, quotaRepositories } = quota;
  return { bytes: quotaBytes === null ? null : Number(quotaBytes), repositories: quotaRepositories };
}
