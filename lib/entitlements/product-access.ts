import { type Decision, entitle, type Facts, type Role } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type ProductSummary, productSummaries } from "#lib/catalog/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import { memberInTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";

export interface ProductAccess {
  product: ProductSummary;
  decision: Decision;
}

/**
 * The products that a signed-in caller may know of, each with the decision about pulling it: what the portal lists.
 * The same rule as at the registry, on the same facts.
 */
export async function listProductAccess(
  ctx: Ctx,
  caller: { role: Role | null; memberId: string | null },
): Promise<ProductAccess[]> {
  const decided = await query((tx) => decideProducts(tx, ctx, caller));
  return decided.filter(({ decision }) => decision.visible);
}

/** The same for a member, as the team sees it. @throws forbidden without `entitlement.view`; not_found */
export async function listMemberAccess(ctx: Ctx, memberId: string): Promise<ProductAccess[]> {
  await demand(ctx, "entitlement.view");
  return query(async (tx) => {
    await memberInTenant(tx, ctx, memberId);
    return decideProducts(tx, ctx, { role: null, memberId });
  });
}

/** Every product of the tenant with the decision about a caller's pulling it. */
export async function decideProducts(
  tx: Tx,
  ctx: Ctx,
  caller: { role: Role | null; memberId: string | null },
): Promise<ProductAccess[]> {
  const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: ctx.tenant.id } });
  const products = await productSummaries(tx, { tenantId: tenant.id, archivedAt: null });
  const member = caller.memberId
    ? await tx.member.findUnique({
        where: { tenantId_id: { tenantId: tenant.id, id: caller.memberId } },
        include: { subscriptions: true, entitlements: { where: { revokedAt: null } } },
      })
    : null;
  return products.map((product) => {
    const facts: Facts = {
      now: ctx.now,
      capability: "registry.pull",
      tenant,
      product,
      token: null,
      team: caller.role,
      owesSecondFactor: false,
      member,
      subscriptions: member?.subscriptions ?? [],
      grants: member?.entitlements.filter((grant) => grant.productId === product.id) ?? [],
    };
    return { product, decision: entitle(facts) };
  });
}
