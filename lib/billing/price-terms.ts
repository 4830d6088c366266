import type Stripe from "stripe";
import { invalid, notFound } from "../errors.ts";
import { planWord } from "../format.ts";
import { askStripe, isMissing } from "./stripe-errors.ts";

/** A price as Stripe has it: the columns of stripe_prices. */
export interface PriceTerms {
  priceId: string;
  name: string;
  /** In the currency's smallest unit; null where Stripe has no fixed amount. */
  unitAmount: bigint | null;
  currency: string;
  /** day, week, month or year; null for what is paid once. */
  interval: string | null;
  intervalCount: number;
  active: boolean;
}

/** How many of what a price is asked for can be sold here: why not, or null. */
export function unsellable(price: Stripe.Price): string | null {
  if (price.recurring?.usage_type === "metered")
    return "It is charged by usage; only prices with a fixed amount can be sold here.";
  if (price.unit_amount === null)
    return "It has no fixed amount (tiers, or the customer chooses); it can't be shown with its price.";
  return null;
}

/** What a price says, its product read with it (`expand: ["product"]`). */
export function termsOf(price: Stripe.Price): PriceTerms {
  return {
    priceId: price.id,
    name: nameOf(price),
    unitAmount: price.unit_amount === null ? null : BigInt(price.unit_amount),
    currency: price.currency,
    interval: price.recurring?.interval ?? null,
    intervalCount: price.recurring?.interval_count ?? 1,
    active: price.active && !isGone(price.product),
  };
}

/**
 * Reads a price from the tenant's account.
 * @throws not_found for a price of another account, or none; invalid for one that can't be sold here
 */
export async function readPrice(stripe: Stripe, priceId: string): Promise<PriceTerms> {
  const price = await askStripe(async () => {
    try {
      return await stripe.prices.retrieve(priceId, { expand: ["product"] });
    } catch (error) {
      if (isMissing(error)) throw notFound("price in the connected Stripe account");
      throw error;
    }
  });
  const problem = unsellable(price);
  if (problem) throw invalid({ priceId: problem });
  return termsOf(price);
}

// `Membership, monthly`: the vendor's own word for the price, or its period.
function nameOf({ product, nickname, recurring }: Stripe.Price): string {
  const name = typeof product === "object" && !product.deleted ? product.name : "";
  const word = recurring ? planWord(recurring.interval, recurring.interval_count) : "";
  const own = nickname === name ? null : nickname;
  return [name, own || word].filter(Boolean).join(", ") || "Without a name";
}

// A price of a product that the vendor archived can't be bought, whatever the price itself says.
function isGone(product: Stripe.Price["product"]): boolean {
  return typeof product === "object" && (product.deleted === true || !product.active);
}
