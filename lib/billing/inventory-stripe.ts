import { query } from "#lib/db/index.ts";
import type { Difference } from "../findings.ts";
import { money } from "../format.ts";
import { findAccountOf } from "./account.ts";
import { findDrift } from "./drift.ts";
import { type PriceRow, pricesOf } from "./list-prices.ts";
import { type PriceTerms, termsOf } from "./price-terms.ts";
import { askStripe } from "./stripe-errors.ts";

/**
 * What Stripe has otherwise than the ledger: products and prices, then customers with their subscriptions and purchases.
 * Nothing is changed. Empty where no account is connected.
 * @throws unavailable where Stripe does not answer; conflict where it refuses the key
 */
export async function inventoryStripe(tenantId: string, now: Date): Promise<Difference[]> {
  const account = await findAccountOf(tenantId);
  if (!account) return [];
  const theirs = await askStripe(() =>
    account.stripe.prices.list({ limit: 100, expand: ["data.product"] }).autoPagingToArray({ limit: 10_000 }),
  );
  const ours = await pricesOf(tenantId);
  const { drifted } = await findDrift(account, now);
  const strangers = await strangersOf(tenantId);
  return [
    ...pricesBetween(theirs.map(termsOf), ours),
    ...drifted.flatMap(({ customerId, member, differences }) => {
      const key = member?.email ?? strangers.get(customerId) ?? customerId;
      return differences.map(({ kind, what, fix }) => ({
        kind: "customer",
        key,
        change: CHANGES[kind],
        words: member ? `${what}: would ${fix}` : `${what}: no member is this customer, so nothing would change`,
      }));
    }),
  ];
}

const CHANGES = { missing: "new", extra: "gone", different: "different" } as const;

/** Prices as Stripe has them, against those that mean something here. Pure. */
export function pricesBetween(theirs: readonly PriceTerms[], ours: readonly PriceRow[]): Difference[] {
  const known = new Map(ours.map((row) => [row.priceId, row]));
  const there = new Map(theirs.map((terms) => [terms.priceId, terms]));
  const fresh = theirs
    .filter(({ priceId, active }) => active && !known.has(priceId))
    .map((terms) => difference(terms, "new", "is sold at Stripe and gives nothing here: map it to a product or plan"));
  const gone = ours
    .filter(({ priceId, active }) => active && there.get(priceId)?.active !== true)
    .map((row) =>
      difference(row, "gone", "is no longer sold at Stripe: would be shown as ended; who bought it keeps it"),
    );
  const changed = ours.flatMap((row) => {
    const terms = there.get(row.priceId);
    const words = terms?.active ? changeOf(row, terms) : "";
    return words ? [difference(row, "different", words)] : [];
  });
  return [...fresh, ...gone, ...changed];
}

function difference(
  { name, priceId }: { name: string; priceId: string },
  change: Difference["change"],
  words: string,
): Difference {
  return { kind: "price", key: `${name} (${priceId})`, change, words };
}

function changeOf(row: PriceRow, terms: PriceTerms): string {
  const parts = [
    ...(row.name === terms.name ? [] : [`is called “${terms.name}” now`]),
    ...(amountOf(row) === amountOf(terms) ? [] : [`costs ${amountOf(terms)} now, shown here as ${amountOf(row)}`]),
    ...(row.active ? [] : ["is sold again"]),
  ];
  return parts.join("; ");
}

function amountOf({ unitAmount, currency }: { unitAmount: number | bigint | null; currency: string }): string {
  return unitAmount === null ? "no fixed amount" : money(Number(unitAmount), currency);
}

async function strangersOf(tenantId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await query((db) => db.stripeStranger.findMany({ where: { tenantId } }));
  return new Map(rows.map(({ customerId, email }) => [customerId, email]));
}
