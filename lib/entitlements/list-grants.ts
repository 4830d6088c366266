import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { type Prisma, query } from "#lib/db/index.ts";
import { memberInTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";

const WITH_PRODUCT = {
  product: { select: { id: true, slug: true, name: true, requiresEntitlement: true } },
} satisfies Prisma.EntitlementInclude;

export type GrantRow = Prisma.EntitlementGetPayload<{ include: typeof WITH_PRODUCT }>;

/** Every row of a member's ledger, ended ones too, newest first. @throws forbidden; not_found */
export async function listGrants(ctx: Ctx, memberId: string): Promise<GrantRow[]> {
  await demand(ctx, "entitlement.view");
  if (!z.uuid().safeParse(memberId).success) throw notFound("member");
  return query(async (tx) => {
    await memberInTenant(tx, ctx, memberId);
    return tx.entitlement.findMany({
      where: { tenantId: ctx.tenant.id, memberId },
      include: WITH_PRODUCT,
      orderBy: { id: "desc" },
    });
  });
}
