import type Stripe from "stripe";
import { planShape } from "./catalog.ts";

type Given<T, K extends keyof T> = Pick<T, K> & Partial<T>;

/** A list within an object. */
export function listShape<T>(data: T[], url: string): Stripe.ApiList<T> {
  return { object: "list", data, has_more: false, url };
}

/** A subscription as Stripe shows it. */
export function subscriptionShape(
  given: Given<Stripe.Subscription, "id" | "created" | "customer" | "currency" | "items" | "status">,
): Stripe.Subscription {
  return {
    object: "subscription",
    ...PLAIN,
    billing_cycle_anchor: given.created,
    billing_mode: { flexible: { proration_discounts: "included" }, type: "flexible", updated_at: given.created },
    start_date: given.created,
    ...given,
  };
}

const PLAIN: Omit<
  Stripe.Subscription,
  | "object"
  | "id"
  | "created"
  | "customer"
  | "currency"
  | "items"
  | "status"
  | "billing_cycle_anchor"
  | "billing_mode"
  | "start_date"
> = {
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: "charge_automatically",
  customer_account: null,
  days_until_due: null,
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: "self" },
  },
  latest_invoice: null,
  livemode: false,
  managed_payments: null,
  metadata: {},
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  payment_settings: {
    payment_method_options: null,
    payment_method_types: null,
    save_default_payment_method: "off",
  },
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  test_clock: null,
  transfer_data: null,
  trial_end: null,
  trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: "create_invoice" } },
  trial_start: null,
};

/** One price of a subscription, and until when it is paid. */
export function itemShape(
  price: Stripe.Price,
  given: Given<
    Stripe.SubscriptionItem,
    "id" | "created" | "subscription" | "quantity" | "current_period_start" | "current_period_end"
  >,
): Stripe.SubscriptionItem {
  return {
    object: "subscription_item",
    billing_thresholds: null,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planShape(price),
    price,
    tax_rates: [],
    ...given,
  };
}
