import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type PriceTerms, termsOf, unsellable } from "./price-terms.ts";
import { stripeOf } from "./stripe-client.ts";
import { askStripe } from "./stripe-errors.ts";

/** A price of the account with what it means here. The amount is in the currency's smallest unit. */
export interface PriceRow extends Omit<PriceTerms, "unitAmount"> {
  unitAmount: number | null;
  membership: boolean;
  products: { id: string; slug: string; name: string; restricted: boolean }[];
  /** Why it can't be sold here; null where it can. */
  unsellable: string | null;
}

export const PriceFilter = z.strictObject({
  /** The price's id after which the page begins. */
  after: z.string().trim().max(255).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});

/** The prices that mean something here, plans first, as they were last read. @throws forbidden without `billing.view` */
export async function listOwnPrices(ctx: Ctx): Promise<PriceRow[]> {
  await demand(ctx, "billing.view");
  return pricesOf(ctx.tenant.id);
}

/** The same for whoever has checked who asks. */
export async function pricesOf(tenantId: string): Promise<PriceRow[]> {
  const product = {
    select: { id: true, slug: true, name: true, requiresEntitlement: true, archivedAt: true },
  } as const;
  const rows = await query((db) =>
    db.stripePrice.findMany({
      where: { tenantId },
      include: { mappings: { include: { product }, orderBy: { id: "asc" } } },
      orderBy: [{ membership: "desc" }, { id: "asc" }],
    }),
  );
  return rows.map(({ mappings, ...row }) => ({
    priceId: row.priceId,
    name: row.name,
    unitAmount: row.unitAmount === null ? null : Number(row.unitAmount),
    currency: row.currency,
    interval: row.interval,
    intervalCount: row.intervalCount,
    active: row.active,
    membership: row.membership,
    products: mappings.map(({ product: { id, slug, name, requiresEntitlement } }) => ({
      id,
      slug,
      name,
      restricted: requiresEntitlement,
    })),
    unsellable: null,
  }));
}

/**
 * The active prices of the connected account, newest first, read from Stripe now.
 * @throws forbidden without `billing.view`; conflict where none is connected or Stripe refuses; unavailable
 */
export async function listAccountPrices(
  ctx: Ctx,
  input: z.input<typeof PriceFilter> = {},
): Promise<{ prices: PriceRow[]; next: string | null }> {
  await demand(ctx, "billing.view");
  const { after, limit } = parse(PriceFilter, input);
  const stripe = await stripeOf(ctx.tenant.id);
  const [page, own] = await Promise.all([
    askStripe(() => stripe.prices.list({ active: true, limit, starting_after: after, expand: ["data.product"] })),
    pricesOf(ctx.tenant.id),
  ]);
  const known = new Map(own.map((row) => [row.priceId, row]));
  const prices = page.data.map((price) => {
    const { unitAmount, ...terms } = termsOf(price);
    const { membership = false, products = [] } = known.get(price.id) ?? {};
    const amount = unitAmount === null ? null : Number(unitAmount);
    return { ...terms, unitAmount: amount, membership, products, unsellable: unsellable(price) };
  });
  return { prices, next: page.has_more ? (page.data.at(-1)?.id ?? null) : null };
}
