import type Stripe from "stripe";
import { z } from "zod";
import { query } from "#lib/db/index.ts";
import { countAttempt } from "#lib/identity/index.ts";
import type { AccountCtx } from "../context.ts";
import { env } from "../env.ts";
import { AppError, conflict, isAppError, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { findAccountOf } from "./account.ts";
import { type BuyerCtx, customerOf, joinAsMember } from "./customer.ts";
import { PriceId } from "./price-input.ts";
import { readPrice } from "./price-terms.ts";
import { refreshCustomer } from "./refresh-customer.ts";
import { type ShownOffer, viewStore } from "./store.ts";
import { stripeOf } from "./stripe-client.ts";
import { askStripe, isStripeFailure } from "./stripe-errors.ts";

export const StartCheckout = z.strictObject({
  /** The storefront's slug. */
  tenant: z.string().max(63),
  priceId: PriceId,
  /** Made with the page: a button that is clicked twice leads to the same payment. */
  attempt: z.uuid("is not an id"),
});

/**
 * Begins to buy: makes the member and its customer where there are none, and a Checkout Session at Stripe. Nothing is
 * given by it; that Stripe says it was paid gives it.
 * @returns the address of Stripe's payment page
 * @throws not_found for what the storefront does not sell; forbidden for a suspended member; conflict for what the buyer
 *   has already, or that Stripe refuses; limit_exceeded; unavailable
 */
export async function startCheckout(
  account: AccountCtx,
  input: z.input<typeof StartCheckout>,
): Promise<{ url: string }> {
  const { tenant: slug, priceId, attempt } = parse(StartCheckout, input);
  const { tenant, plans, addOns, visitor } = await viewStore(slug, account.actor.id, account.now);
  const offer = [...plans, ...addOns].find((each) => each.priceId === priceId);
  if (!offer) throw notFound("price on this storefront");
  if (offer.refusal) throw visitor?.suspended ? new AppError("forbidden", offer.refusal) : conflict(offer.refusal);
  await countAttempt("checkout-account", account.actor.id);
  const stripe = await stripeOf(tenant.id);
  await demandSold(stripe, tenant.id, offer);
  const ctx = { ...account, tenant };
  const member = await joinAsMember(ctx);
  const { id: customer, found } = await customerOf(stripe, ctx, member);
  if (found) await demandNotPaid(ctx, customer, priceId);
  const { id, url } = await askStripe(() =>
    stripe.checkout.sessions.create(sessionFor(ctx, offer, { customer, memberId: member.id }), {
      idempotencyKey: `purser checkout ${member.id} ${priceId} ${attempt}`,
    }),
  );
  if (!url) throw conflict("Stripe made no payment page. Reload this page, and try again.");
  const rivals = new Set((offer.membership ? plans : [offer]).map((each) => each.priceId));
  await askStripe(() => closeOthers(stripe, { customer, rivals, id }));
  return { url };
}

const CLOSED = "That payment page is closed: another was opened, or it was paid. Reload this page, and try again.";

interface Opened {
  customer: string;
  /** What must not be paid for beside it. */
  rivals: ReadonlySet<string>;
  id: string;
}

// Two pages that are open in two windows would both be paid. Two that are made in the same moment may close each other:
// nothing is paid twice by that. A page of an earlier click is closed, too, once another was opened after it.
async function closeOthers(stripe: Stripe, { customer, rivals, id }: Opened): Promise<void> {
  const { data } = await stripe.checkout.sessions.list({ customer, status: "open", limit: 100 });
  if (!data.some((each) => each.id === id)) throw conflict(CLOSED);
  const others = data.filter((each) => each.id !== id && rivals.has(each.metadata?.purser_price ?? ""));
  for (const each of others) {
    await stripe.checkout.sessions.expire(each.id).catch((error: unknown) => {
      // Paid or over in this moment.
      if (!isStripeFailure(error) || error.type !== "StripeInvalidRequestError") throw error;
    });
  }
}

// What was marked may have been archived at Stripe since: the storefront learns of it here.
async function demandSold(stripe: Stripe, tenantId: string, offer: ShownOffer): Promise<void> {
  const terms = await readPrice(stripe, offer.priceId).catch((error) => {
    if (isAppError(error) && (error.code === "not_found" || error.code === "invalid")) return null;
    throw error;
  });
  const active = terms?.active ?? false;
  await query((db) => db.stripePrice.updateMany({ where: { tenantId, priceId: offer.priceId }, data: { active } }));
  if (!active) throw conflict(`${offer.name} is no longer sold.`);
}

// Whoever was a customer at Stripe before may have paid for it there: that is read first, and the offer asked about again.
async function demandNotPaid(ctx: BuyerCtx, customer: string, priceId: string): Promise<void> {
  const account = await findAccountOf(ctx.tenant.id);
  if (account) await refreshCustomer(account, customer, { requestId: ctx.requestId });
  const { plans, addOns } = await viewStore(ctx.tenant.slug, ctx.actor.id, ctx.now);
  const refusal = [...plans, ...addOns].find((each) => each.priceId === priceId)?.refusal;
  if (refusal) throw conflict(refusal);
}

interface For {
  customer: string;
  memberId: string;
}

function sessionFor(
  { tenant }: BuyerCtx,
  { priceId, interval }: ShownOffer,
  { customer, memberId }: For,
): Stripe.Checkout.SessionCreateParams {
  const store = `${env().PUBLIC_URL}/store/${tenant.slug}`;
  const metadata = { purser_tenant: tenant.id, purser_member: memberId, purser_price: priceId };
  return {
    mode: interval ? "subscription" : "payment",
    customer,
    client_reference_id: memberId,
    line_items: [{ price: priceId, quantity: 1 }],
    metadata,
    ...(interval ? { subscription_data: { metadata } } : { payment_intent_data: { metadata } }),
    // Stripe writes the session's name in.
    success_url: `${store}/thanks?session={CHECKOUT_SESSION_ID}`,
    cancel_url: store,
  };
}
