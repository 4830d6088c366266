import { type StripeLocal, type StripeLocalOptions, startStripeLocal as start } from "../../stripe-local/index.ts";
import { setEnv } from "../env.ts";

/** Starts a stand-in for Stripe on a free port and names it to this worker as STRIPE_API_URL. Stop it when done. */
export async function startStripeLocal(options?: StripeLocalOptions): Promise<StripeLocal> {
  const stripe = await start(options);
  setEnv({ STRIPE_API_URL: stripe.url });
  return stripe;
}
