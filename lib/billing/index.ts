/**
 * The vendor's own Stripe account: what was paid for there is what can be had here. The only room that speaks to Stripe.
 * Hidden: the SDK and its version, how keys are kept, how Stripe's state becomes rows of the ledger.
 */
export { clientFor, stripeOf } from "./stripe-client.ts";
