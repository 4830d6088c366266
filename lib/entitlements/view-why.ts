import { z } from "zod";
import type { Decision, Role } from "#lib/access/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import type { MemberRow } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { explainAccess } from "./explain-access.ts";
import type { Grant } from "./ledger.ts";
import { type NextStep, nextStepsOf } from "./next-step.ts";
import { decideProducts } from "./product-access.ts";

export interface Why {
  product: { id: string; slug: string; name: string };
  decision: Decision;
  nextStep: NextStep;
  /** What the membership rests on, newest first; none of who is no member. */
  subscriptions: MemberRow["subscriptions"];
  /** Every grant of the product that the member ever had, newest first. */
  grants: Grant[];
}

/**
 * Why a member may or may not pull a product now, for the team: the registry's own answer with the facts behind it.
 * @throws as explainAccess
 */
export async function viewWhy(
  ctx: Ctx,
  { memberId, productId }: { memberId: string; productId: string },
): Promise<Why & { member: MemberRow }> {
  if (!z.uuid().safeParse(memberId).success) throw notFound("member");
  const { member, product, decision } = await explainAccess(ctx, { member: memberId, product: productId });
  return { member, ...(await query((tx) => withFacts(tx, ctx, { memberId, product, decision }))) };
}

/**
 * The same for the one who asks about themselves, by the product's slug.
 * @throws not_found for a product that they may not know of
 */
export async function viewOwnWhy(
  ctx: Ctx,
  { role, memberId }: { role: Role | null; memberId: string | null },
  slug: string,
): Promise<Why> {
  return query(async (tx) => {
    const decided = await decideProducts(tx, ctx, { role, memberId });
    const one = decided.find(({ product, decision }) => product.slug === slug && decision.visible);
    if (!one) throw notFound("product");
    return withFacts(tx, ctx, { memberId, ...one });
  });
}

interface Decided extends Pick<Why, "product" | "decision"> {
  memberId: string | null;
}

async function withFacts(tx: Tx, ctx: Ctx, { memberId, product, decision }: Decided): Promise<Why> {
  const nextStep = (await nextStepsOf(tx, ctx, [{ product, decision }]))(product.id);
  if (!memberId) return { product, decision, nextStep, subscriptions: [], grants: [] };
  const where = { tenantId: ctx.tenant.id, memberId };
  const [subscriptions, grants] = await Promise.all([
    tx.subscription.findMany({ where, orderBy: { id: "desc" } }),
    tx.entitlement.findMany({ where: { ...where, productId: product.id }, orderBy: { id: "desc" } }),
  ]);
  return { product, decision, nextStep, subscriptions, grants };
}
