import { demand, record } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { query, type StripePrice, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { notConnected } from "./connection.ts";
import { type PriceTerms, readPrice } from "./price-terms.ts";
import { requestReread } from "./reread-customers.ts";
import { stripeOf } from "./stripe-client.ts";

/** What a price means here. */
export interface PriceMeaning {
  membership: boolean;
  productIds: readonly string[];
}

export interface PriceChanged {
  changed: boolean;
}

/**
 * Changes what a price means, one change of a tenant's prices after another. The customers who bought it are read again
 * by a job, so that the ledger follows.
 * @throws forbidden without `billing.mapPrices`; not_found for a price of another account, a product of another tenant;
 *   invalid for a price that can't be sold here; conflict where no account is connected; unavailable
 */
export async function changePrice(
  ctx: Ctx,
  priceId: string,
  change: (was: PriceMeaning) => PriceMeaning,
): Promise<PriceChanged> {
  await demand(ctx, "billing.mapPrices");
  const terms = await termsNow(ctx, priceId, change);
  const changed = await transaction(async (tx) => {
    const was = await lockPrice(tx, ctx, priceId);
    const next = change(was.meaning);
    const steps = stepsBetween(was.meaning, next);
    if (steps.length === 0) return false;
    const price = await keep(tx, ctx, { row: was.row, terms, membership: next.membership, priceId });
    for (const step of steps) await take(tx, ctx, { price, ...step });
    await forgetUnused(tx, ctx, price.priceId);
    await requestReread(tx, ctx, priceId);
    return true;
  });
  return { changed };
}

/** What a price means to a tenant now. */
export async function meaningOf(
  tx: Tx,
  tenantId: string,
  priceId: string,
): Promise<{ row: StripePrice | null; meaning: PriceMeaning }> {
  const price = await tx.stripePrice.findUnique({
    where: { tenantId_priceId: { tenantId, priceId } },
    include: { mappings: { select: { productId: true } } },
  });
  const productIds = price?.mappings.map(({ productId }) => productId) ?? [];
  return { row: price, meaning: { membership: price?.membership ?? false, productIds } };
}

// Stripe is asked before the transaction, and only where something is added: what it no longer knows can be taken away.
async function termsNow(
  ctx: Ctx,
  priceId: string,
  change: (was: PriceMeaning) => PriceMeaning,
): Promise<PriceTerms | null> {
  const { id } = ctx.tenant;
  const { meaning } = await query((db) => meaningOf(db, id, priceId));
  const adds = stepsBetween(meaning, change(meaning)).some(({ action }) => /added|_mapped/.test(action));
  if (!adds && (meaning.membership || meaning.productIds.length > 0)) return null;
  return readPrice(await stripeOf(id), priceId);
}

async function lockPrice(tx: Tx, { tenant }: Ctx, priceId: string) {
  // One change of prices at a time: a row that is not there yet can't be locked, the connection's can.
  const found = await tx.$queryRaw<
    unknown[]
  >`SELECT 1 FROM stripe_connections WHERE tenant_id = ${tenant.id}::uuid FOR UPDATE`;
  if (found.length === 0) throw notConnected();
  return meaningOf(tx, tenant.id, priceId);
}

interface Step {
  action: "billing.plan_added" | "billing.plan_removed" | "billing.price_mapped" | "billing.price_unmapped";
  productId?: string;
}

function stepsBetween(was: PriceMeaning, next: PriceMeaning): Step[] {
  const plan: Step[] =
    was.membership === next.membership
      ? []
      : [{ action: next.membership ? "billing.plan_added" : "billing.plan_removed" }];
  const added = next.productIds.filter((id) => !was.productIds.includes(id));
  const removed = was.productIds.filter((id) => !next.productIds.includes(id));
  return [
    ...plan,
    ...added.map((productId) => ({ action: "billing.price_mapped", productId }) as const),
    ...removed.map((productId) => ({ action: "billing.price_unmapped", productId }) as const),
  ];
}

interface ToKeep {
  row: StripePrice | null;
  terms: PriceTerms | null;
  membership: boolean;
  priceId: string;
}

async function keep(tx: Tx, { tenant, now }: Ctx, { row, terms, membership, priceId }: ToKeep): Promise<StripePrice> {
  const read = terms && { ...terms, readAt: now };
  if (row) return tx.stripePrice.update({ where: { id: row.id }, data: { ...read, membership } });
  // Somebody else took its last meaning away meanwhile.
  if (!read) throw conflict("What this price means was changed meanwhile. Look at it again.");
  return tx.stripePrice.create({ data: { ...read, priceId, membership, tenantId: tenant.id } });
}

async function take(tx: Tx, ctx: Ctx, { price, action, productId }: Step & { price: StripePrice }): Promise<void> {
  const subject = { type: "stripe_price", id: price.id, label: `${price.name} (${price.priceId})` };
  if (!productId) return record(tx, ctx, { action, subject });
  const product = await productInTenant(tx, ctx, productId);
  const row = { tenantId: ctx.tenant.id, priceId: price.priceId, productId };
  if (action === "billing.price_mapped") await tx.stripePriceMapping.create({ data: row });
  else await tx.stripePriceMapping.deleteMany({ where: row });
  await record(tx, ctx, { action, subject, after: { product: product.slug } });
}

async function forgetUnused(tx: Tx, { tenant }: Ctx, priceId: string): Promise<void> {
  await tx.stripePrice.deleteMany({
    where: { tenantId: tenant.id, priceId, membership: false, mappings: { none: {} } },
  });
}
