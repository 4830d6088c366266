import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { type Prisma, query } from "#lib/db/index.ts";
import { memberInTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";

export const GRANT_STATES = ["active", "scheduled", "expired", "revoked"] as const;

export const GrantFilter = z.strictObject({
  memberId: z.uuid("is not an id").optional(),
  productId: z.uuid("is not an id").optional(),
  state: z.enum(GRANT_STATES).optional(),
  source: z.enum(["admin", "stripe", "backfill", "group"]).optional(),
  /** The row after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const WITH_BOTH = {
  product: { select: { slug: true } },
  member: { select: { user: { select: { email: true } } } },
} satisfies Prisma.EntitlementInclude;

export type LedgerRow = Prisma.EntitlementGetPayload<{ include: typeof WITH_BOTH }>;

/**
 * The ledger's rows, newest first, a page at a time: of a member, of a product, in a state, of a source.
 * @throws forbidden without `entitlement.view`; not_found for a member or product of another tenant; invalid
 */
export async function pageGrants(
  ctx: Ctx,
  input: z.input<typeof GrantFilter> = {},
): Promise<{ grants: LedgerRow[]; next: string | null }> {
  await demand(ctx, "entitlement.view");
  const { memberId, productId, state, source, after, limit } = parse(GrantFilter, input);
  const rows = await query(async (db) => {
    if (memberId) await memberInTenant(db, ctx, memberId);
    if (productId) await productInTenant(db, ctx, productId);
    const where = { tenantId: ctx.tenant.id, memberId, productId, source, id: after && { lt: after } };
    return db.entitlement.findMany({
      where: { ...where, ...(state && inState(state, ctx.now)) },
      include: WITH_BOTH,
      orderBy: { id: "desc" },
      take: limit + 1,
    });
  });
  const grants = rows.slice(0, limit);
  return { grants, next: rows.length > limit ? (grants.at(-1)?.id ?? null) : null };
}

function inState(state: (typeof GRANT_STATES)[number], now: Date): Prisma.EntitlementWhereInput {
  const begun = { OR: [{ startsAt: null }, { startsAt: { lte: now } }] };
  const lasting = { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  return {
    active: { revokedAt: null, AND: [begun, lasting] },
    scheduled: { revokedAt: null, startsAt: { gt: now }, ...lasting },
    expired: { revokedAt: null, expiresAt: { lte: now } },
    revoked: { revokedAt: { not: null } },
  }[state];
}
