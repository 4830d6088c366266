import Stripe from "stripe";

type Made<T, K extends keyof T> = Pick<T, K> & Partial<T>;

/** A customer as Stripe shows it. */
export function customerShape(given: Made<Stripe.Customer, "id" | "created">): Stripe.Customer {
  return {
    object: "customer",
    address: null,
    balance: 0,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: given.id.slice(-8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: "none",
    test_clock: null,
    ...given,
  };
}

/** A product as Stripe shows it. */
export function productShape(given: Made<Stripe.Product, "id" | "created" | "name">): Stripe.Product {
  return {
    object: "product",
    active: true,
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: "service",
    unit_label: null,
    updated: given.created,
    url: null,
    ...given,
  };
}

/** A price as Stripe shows it. */
export function priceShape(given: Made<Stripe.Price, "id" | "created" | "product" | "unit_amount">): Stripe.Price {
  return {
    object: "price",
    active: true,
    billing_scheme: "per_unit",
    currency: "usd",
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    recurring: null,
    tax_behavior: "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: given.recurring ? "recurring" : "one_time",
    unit_amount_decimal: decimal(given.unit_amount),
    ...given,
  };
}

/** The older name of a recurring price, which subscription items still carry. */
export function planShape(price: Stripe.Price): Stripe.Plan {
  return {
    id: price.id,
    object: "plan",
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: decimal(price.unit_amount),
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? "month",
    interval_count: price.recurring?.interval_count ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product as string,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: "licensed",
  };
}

/** An amount with a fraction is a string on the wire. */
export function decimal(amount: number | null): Stripe.Decimal | null {
  return amount === null ? null : Stripe.Decimal.from(amount);
}
