/**
 * A stand-in for Stripe: answers the calls that Purser makes, in the SDK's own types, and sends signed events. For tests,
 * and for trying Purser on a laptop; no code that runs in production imports it.
 * Hidden: how objects are kept, what happens to them, how calls are read and answered.
 */
export type { Card, Permissions } from "./account.ts";
export type { AccountOptions, StripeAccount } from "./driver.ts";
export type { Fault, Hold } from "./faults.ts";
export type { DeliverOptions, Delivery, DeliveryMode, Receiver } from "./outbox.ts";
export { type StripeLocal, type StripeLocalOptions, startStripeLocal } from "./start-stripe-local.ts";
