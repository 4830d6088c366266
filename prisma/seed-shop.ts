import { connectStripe, setPrice } from "#lib/billing/index.ts";
import type { ProductRow } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";

/** A Stripe account to sell by, with prices that were made there: the stand-in's, as a rule. */
export interface DemoShop {
  url: string;
  key: string;
  prices: Record<"monthly" | "yearly" | "lifetime" | "addOn", string>;
}

/** Connects the demo's vendor to a Stripe account, and sells the membership and the restricted product there. */
export async function seedShop(ctx: Ctx, { key, prices }: DemoShop, restricted: ProductRow): Promise<void> {
  await connectStripe(ctx, { key });
  for (const priceId of [prices.monthly, prices.yearly, prices.lifetime]) {
    await setPrice(ctx, { priceId, membership: true, productIds: [] });
  }
  await setPrice(ctx, { priceId: prices.addOn, membership: false, productIds: [restricted.id] });
}
