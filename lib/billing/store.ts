import { type Storefront, viewStorefront } from "#lib/catalog/index.ts";
import { type Prisma, query } from "#lib/db/index.ts";
import { type Standing, standingOf } from "#lib/tenancy/index.ts";
import { pricesOf } from "./list-prices.ts";
import { type Buyer, hasAll, type Offer, whyNot } from "./offers.ts";

const OF_BUYER = {
  subscriptions: { orderBy: { id: "asc" } },
  entitlements: { where: { revokedAt: null } },
} satisfies Prisma.MemberInclude;

export type BuyingMember = Prisma.MemberGetPayload<{ include: typeof OF_BUYER }>;

/** An offer as a visitor sees it. */
export interface ShownOffer extends Offer {
  /** Why this visitor can't buy it; null where they can, and for whoever is not signed in. */
  refusal: string | null;
  /** They have what it gives. */
  has: boolean;
}

export interface Store extends Storefront {
  plans: ShownOffer[];
  addOns: ShownOffer[];
  /** The visitor's membership; null for whoever is no member, or not signed in. */
  visitor: { memberId: string; suspended: boolean; standing: Standing; plan: string; hasCustomer: boolean } | null;
}

/**
 * A tenant's storefront for a visitor: what is for sale, and what of it they have. It asks for no right.
 * @throws not_found, in the same words, for a tenant without a storefront, an archived one, and none
 */
export async function viewStore(slug: string, userId: string | null, now = new Date()): Promise<Store> {
  const front = await viewStorefront(slug);
  const { id: tenantId, graceDays } = front.tenant;
  const [offers, member] = await Promise.all([listOffers(front), userId ? findBuyingMember(tenantId, userId) : null]);
  const buyer = member && buyerOf(member, { graceDays, now });
  const shown = offers.map((offer) => ({
    ...offer,
    refusal: userId ? whyNot(offer, buyer) : null,
    has: hasAll(offer, buyer),
  }));
  const visitor = member && {
    memberId: member.id,
    suspended: member.suspendedAt !== null,
    standing: standingOf({ member, graceDays, now }),
    plan: member.subscriptions.findLast(({ endedAt }) => !endedAt || endedAt > now)?.plan ?? "",
    hasCustomer: member.stripeCustomerId !== null,
  };
  const [plans, addOns] = [shown.filter((offer) => offer.membership), shown.filter((offer) => !offer.membership)];
  return { ...front, plans, addOns, visitor };
}

/**
 * What a tenant sells: prices that Stripe still sells, of an account that is connected. An add-on gives a listed product
 * that the membership alone does not open; what is hidden or archived is named to nobody.
 */
export async function listOffers({ tenant, products }: Storefront): Promise<Offer[]> {
  const connected = await query((db) => db.stripeConnection.count({ where: { tenantId: tenant.id } }));
  if (!connected) return [];
  const restricted = new Map(products.filter((product) => product.restricted).map((product) => [product.id, product]));
  return (await pricesOf(tenant.id))
    .filter(({ active }) => active)
    .map(({ products: given, unsellable: _, active: __, ...price }) => ({
      ...price,
      gives: given
        .flatMap(({ id }) => restricted.get(id) ?? [])
        .map(({ id, name, description }) => ({ id, name, description })),
    }))
    .filter(({ membership, gives }) => membership || gives.length > 0);
}

export async function findBuyingMember(tenantId: string, userId: string): Promise<BuyingMember | null> {
  const where = { tenantId_userId: { tenantId, userId } };
  return query((db) => db.member.findUnique({ where, include: OF_BUYER }));
}

export function buyerOf(member: BuyingMember, { graceDays, now }: Pick<Buyer, "graceDays" | "now">): Buyer {
  const { suspendedAt, subscriptions, entitlements } = member;
  return { suspendedAt, subscriptions, entitlements, graceDays, now };
}
