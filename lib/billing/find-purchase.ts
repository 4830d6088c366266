import type Stripe from "stripe";
import { z } from "zod";
import { viewStorefront } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { type BuyingMember, findBuyingMember } from "./store.ts";
import { stripeOf } from "./stripe-client.ts";
import { askStripe, isMissing } from "./stripe-errors.ts";
import { idOf } from "./stripe-id.ts";

export const FindPurchase = z.strictObject({
  tenant: z.string().max(63),
  /** The Checkout Session that Stripe's success page named. */
  session: z
    .string()
    .max(255)
    .regex(/^cs_[A-Za-z0-9_]+$/),
});

/**
 * How far a purchase of one's own is: not paid; the bank still works on it; paid, and Stripe's word to us under way; here.
 * It goes by what Stripe says of the session, and by the ledger: never by the address that names it.
 */
export interface Purchase {
  state: "open" | "processing" | "arriving" | "here";
  priceName: string;
}

/** @throws not_found for a session that is not the caller's own, or none; unavailable */
export async function findPurchase(account: AccountCtx, input: z.input<typeof FindPurchase>): Promise<Purchase> {
  const { tenant: slug, session: id } = parse(FindPurchase, input);
  const { tenant } = await viewStorefront(slug);
  const member = await findBuyingMember(tenant.id, account.actor.id);
  if (!member?.stripeCustomerId) throw notFound("purchase");
  const session = await readSession(await stripeOf(tenant.id), id);
  if (idOf(session?.customer) !== member.stripeCustomerId || !session) throw notFound("purchase");
  const price = await query((db) =>
    db.stripePrice.findFirst({ where: { tenantId: tenant.id, priceId: session.metadata?.purser_price ?? "" } }),
  );
  return { state: stateOf(session, member), priceName: price?.name ?? "" };
}

async function readSession(stripe: Stripe, id: string): Promise<Stripe.Checkout.Session | null> {
  return askStripe(async () => {
    try {
      return await stripe.checkout.sessions.retrieve(id);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  });
}

function stateOf(session: Stripe.Checkout.Session, member: BuyingMember): Purchase["state"] {
  if (session.status !== "complete") return "open";
  if (session.payment_status === "unpaid") return "processing";
  // What cost nothing has no payment: the session stands for it.
  const refs = [idOf(session.subscription), idOf(session.payment_intent), session.id].filter((ref) => ref !== null);
  const rows = [
    ...member.subscriptions.flatMap((row) => [row.stripeSubscriptionId, row.stripePaymentIntentId]),
    ...member.entitlements.filter(({ source }) => source === "stripe").map(({ sourceRef }) => sourceRef),
  ];
  return refs.some((ref) => rows.includes(ref)) ? "here" : "arriving";
}
