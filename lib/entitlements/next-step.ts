import type { Decision } from "#lib/access/index.ts";
import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

/**
 * What would change a refusal: `renew` the membership; `buy` the product, which a price of the storefront gives; `ask` the
 * vendor. Null where nothing of the three would.
 */
export type NextStep = "renew" | "buy" | "ask" | null;

interface Decided {
  product: { id: string };
  decision: Decision;
}

/** The next step for each product, by one statement; none where every one is allowed. */
export async function nextStepsOf(
  tx: Tx,
  ctx: Ctx,
  decided: readonly Decided[],
): Promise<(product: string) => NextStep> {
  const refused = decided.filter(({ decision }) => !decision.allowed);
  if (refused.length === 0) return () => null;
  const prices = await tx.stripePrice.findMany({
    where: { tenantId: ctx.tenant.id, active: true, tenant: { storefrontEnabled: true } },
    select: { membership: true, mappings: { select: { productId: true } } },
  });
  const plans = prices.some(({ membership }) => membership);
  const sold = new Set(prices.flatMap(({ mappings }) => mappings.map(({ productId }) => productId)));
  const steps = new Map(
    refused.map(({ product, decision }) => [product.id, stepOf(decision, { plans, sold: sold.has(product.id) })]),
  );
  return (product) => steps.get(product) ?? null;
}

function stepOf(decision: Decision, { plans, sold }: { plans: boolean; sold: boolean }): NextStep {
  if (decision.allowed) return null;
  const { reason } = decision;
  if (reason === "membership_inactive" || reason === "not_a_member") return plans ? "renew" : "ask";
  if (reason === "not_entitled") return sold ? "buy" : "ask";
  return reason === "member_suspended" ? "ask" : null;
}
