import type { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type CustomerSnapshot, type DesiredState, desiredState, type Rules } from "./desired-state.ts";
import { SetPrice } from "./price-input.ts";
import { readRules } from "./rules.ts";
import { readAccount } from "./snapshot.ts";
import { stripeOf } from "./stripe-client.ts";

/** Somebody whom a change of a price's meaning moves, and what it gives or takes: products by name, the membership. */
export interface PriceMove {
  memberId: string;
  email: string;
  gains: string[];
  loses: string[];
}

export interface PricePreview {
  moves: PriceMove[];
  /** Customers of the account who are no member here: they are asked about when they sign up. */
  strangers: number;
}

/**
 * Who gains and who loses if a price meant this from now on: what Stripe's own state says under either meaning, for every
 * customer. What somebody holds by another source they keep; the ledger's other rows are not touched.
 * @throws forbidden without `billing.mapPrices`; invalid; conflict where nothing is connected; unavailable
 */
export async function previewPrice(ctx: Ctx, input: z.input<typeof SetPrice>): Promise<PricePreview> {
  await demand(ctx, "billing.mapPrices");
  const meaning = parse(SetPrice, input);
  const { id } = ctx.tenant;
  const [now, account] = await Promise.all([query((db) => readRules(db, id)), stripeOf(id).then(readAccount)]);
  const next = withMeaning(now, meaning);
  const moved = [...account.values()]
    .map((snapshot) => ({ customerId: snapshot.customerId, ...between(snapshot, now, next) }))
    .filter(({ gains, loses }) => gains.length + loses.length > 0);
  return namedMoves(ctx, moved);
}

/** The customers of the account who have bought a price. */
export async function customersOf(tenantId: string, priceId: string): Promise<string[]> {
  const account = await readAccount(await stripeOf(tenantId));
  return [...account.values()]
    .filter((snapshot) => pricesIn(snapshot).includes(priceId))
    .map(({ customerId }) => customerId);
}

function pricesIn({ subscriptions, purchases }: CustomerSnapshot): string[] {
  return [
    ...subscriptions.flatMap(({ items }) => items.map(({ priceId }) => priceId)),
    ...purchases.flatMap(({ priceIds }) => priceIds),
  ];
}

function withMeaning(rules: Rules, { priceId, membership, productIds }: z.output<typeof SetPrice>): Rules {
  const name = rules.prices.get(priceId)?.name ?? "";
  return {
    ...rules,
    prices: new Map([...rules.prices, [priceId, { membership, name }]]),
    mappings: new Map([...rules.mappings, [priceId, productIds]]),
  };
}

interface Moved {
  customerId: string;
  gains: string[];
  loses: string[];
}

const MEMBERSHIP = "membership";

function between(snapshot: CustomerSnapshot, now: Rules, next: Rules): Omit<Moved, "customerId"> {
  const [has, will] = [held(desiredState(snapshot, now)), held(desiredState(snapshot, next))];
  return { gains: [...will].filter((each) => !has.has(each)), loses: [...has].filter((each) => !will.has(each)) };
}

/** The ids of the products that a state gives, and the word for a membership. */
function held({ memberships, grants }: DesiredState): Set<string> {
  const standing = memberships.some(
    ({ ended, status }) => !ended && (status === null || /^(active|trialing|past_due)$/.test(status)),
  );
  return new Set([...(standing ? [MEMBERSHIP] : []), ...grants.map(({ productId }) => productId)]);
}

async function namedMoves({ tenant }: Ctx, moved: readonly Moved[]): Promise<PricePreview> {
  const tenantId = tenant.id;
  const [members, products] = await query(async (db) => [
    await db.member.findMany({
      where: { tenantId, stripeCustomerId: { in: moved.map(({ customerId }) => customerId) } },
      select: { id: true, stripeCustomerId: true, user: { select: { email: true } } },
    }),
    await db.product.findMany({ where: { tenantId }, select: { id: true, name: true } }),
  ]);
  const byCustomer = new Map(members.map((member) => [member.stripeCustomerId, member]));
  const names = new Map([[MEMBERSHIP, "the membership"], ...products.map(({ id, name }) => [id, name] as const)]);
  const inWords = (ids: string[]) => ids.map((id) => names.get(id) ?? id);
  const moves = moved.flatMap(({ customerId, gains, loses }): PriceMove[] => {
    const member = byCustomer.get(customerId);
    if (!member) return [];
    return [{ memberId: member.id, email: member.user.email, gains: inWords(gains), loses: inWords(loses) }];
  });
  return { moves, strangers: moved.length - moves.length };
}
