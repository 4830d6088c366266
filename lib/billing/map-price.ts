import type { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { changePrice, type PriceChanged } from "./change-price.ts";
import { MapPrice, SetPrice } from "./price-input.ts";

/** Says all that a price means at once. @throws as changePrice */
export async function setPrice(ctx: Ctx, input: z.input<typeof SetPrice>): Promise<PriceChanged> {
  await demand(ctx, "billing.mapPrices");
  const { priceId, membership, productIds } = parse(SetPrice, input);
  return changePrice(ctx, priceId, () => ({ membership, productIds: [...new Set(productIds)] }));
}

/** Whoever pays a price gets a product. Mapping it twice changes nothing. @throws as changePrice */
export async function mapPrice(ctx: Ctx, input: z.input<typeof MapPrice>): Promise<PriceChanged> {
  await demand(ctx, "billing.mapPrices");
  const { priceId, productId } = parse(MapPrice, input);
  return changePrice(ctx, priceId, ({ membership, productIds }) => ({
    membership,
    productIds: productIds.includes(productId) ? productIds : [...productIds, productId],
  }));
}

/** Takes a mapping away: Stripe's grants by it end. @throws as changePrice; not_found for a mapping that is not there */
export async function unmapPrice(ctx: Ctx, input: z.input<typeof MapPrice>): Promise<PriceChanged> {
  await demand(ctx, "billing.mapPrices");
  const { priceId, productId } = parse(MapPrice, input);
  const key = { tenantId_priceId_productId: { tenantId: ctx.tenant.id, priceId, productId } };
  if (!(await query((db) => db.stripePriceMapping.findUnique({ where: key })))) throw notFound("price mapping");
  return changePrice(ctx, priceId, ({ membership, productIds }) => ({
    membership,
    productIds: productIds.filter((id) => id !== productId),
  }));
}
