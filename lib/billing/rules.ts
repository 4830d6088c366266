import { runIn, type Statement, type Tx } from "#lib/db/index.ts";
import type { Rules } from "./desired-state.ts";

const READ: Statement = {
  name: "stripe_rules",
  text: `
    SELECT t.grace_days AS "graceDays",
      coalesce((SELECT c.partial_refund_ends FROM stripe_connections c WHERE c.tenant_id = t.id), false) AS "partialRefundEnds",
      coalesce((SELECT json_agg(json_build_array(p.price_id, p.membership, p.name)) FROM stripe_prices p
        WHERE p.tenant_id = t.id), '[]') AS prices,
      coalesce((SELECT json_agg(json_build_array(m.price_id, m.product_id)) FROM stripe_price_mappings m
        WHERE m.tenant_id = t.id), '[]') AS mappings
    FROM tenants t WHERE t.id = $1`,
};

/** What the tenant's prices mean now. */
export async function readRules(tx: Tx, tenantId: string): Promise<Rules> {
  const [found] = await runIn<Found>(tx, READ, [tenantId]);
  if (!found) throw new Error("a tenant with a Stripe account has a row");
  const { graceDays, partialRefundEnds, prices, mappings } = found;
  const products = new Map<string, string[]>();
  for (const [priceId, productId] of mappings) {
    products.set(priceId, [...(products.get(priceId) ?? []), productId]);
  }
  return {
    graceDays,
    partialRefundEnds,
    prices: new Map(prices.map(([priceId, membership, name]) => [priceId, { membership, name }])),
    mappings: products,
  };
}

interface Found {
  graceDays: number;
  partialRefundEnds: boolean;
  prices: [priceId: string, membership: boolean, name: string][];
  mappings: [priceId: string, productId: string][];
}
