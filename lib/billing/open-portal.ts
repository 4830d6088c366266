import { query } from "#lib/db/index.ts";
import { countAttempt } from "#lib/identity/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { env } from "../env.ts";
import { conflict } from "../errors.ts";
import { stripeOf } from "./stripe-client.ts";
import { askStripe } from "./stripe-errors.ts";

/**
 * Opens Stripe's billing portal for a member of one's own: a session made now, kept nowhere.
 * @returns its address, which works for a few minutes
 * @throws conflict for who never bought here, or where Stripe refuses; limit_exceeded; unavailable
 */
export async function openPortal(ctx: Ctx & AccountCtx): Promise<{ url: string }> {
  const { tenant, actor } = ctx;
  const key = { tenantId_userId: { tenantId: tenant.id, userId: actor.id } };
  const member = await query((db) => db.member.findUnique({ where: key, select: { stripeCustomerId: true } }));
  const customer = member?.stripeCustomerId;
  if (!customer) throw conflict("You have bought nothing here so far: there is nothing to manage.");
  await countAttempt("checkout-account", actor.id);
  const stripe = await stripeOf(tenant.id);
  const return_url = `${env().PUBLIC_URL}/t/${tenant.slug}/downloads`;
  const { url } = await askStripe(() => stripe.billingPortal.sessions.create({ customer, return_url }));
  return { url };
}
