"use server";

import { findPurchase, startCheckout } from "#lib/billing/index.ts";
import { accountAction, accountQuestion } from "#lib/web/index.ts";

/** Leads on to Stripe's payment page; nothing is given before Stripe says that it was paid. */
export async function buy(slug: string, input: { priceId: string; attempt: string }) {
  return accountAction(`/store/${slug}`, async ({ ctx }) => {
    return { data: await startCheckout(ctx, { ...input, tenant: slug }) };
  });
}

/** How far a purchase of one's own is: asked until Stripe's word has come. */
export async function askHowFar(slug: string, session: string) {
  return accountQuestion(`/store/${slug}`, ({ ctx }) => findPurchase(ctx, { tenant: slug, session }));
}
