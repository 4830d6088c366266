import type Stripe from "stripe";
import { decimal } from "./catalog.ts";

type Given<T, K extends keyof T> = Pick<T, K> & Partial<T>;

/** An invoice as Stripe shows it; the amounts follow from its lines. */
export function invoiceShape(
  given: Given<
    Stripe.Invoice,
    "id" | "created" | "customer" | "currency" | "lines" | "parent" | "billing_reason" | "period_start" | "period_end"
  >,
): Stripe.Invoice {
  const total = given.lines.data.reduce((sum, line) => sum + line.amount, 0);
  return {
    object: "invoice",
    ...PLAIN,
    amount_due: total,
    amount_remaining: total,
    effective_at: given.created,
    number: given.id.slice(-8).toUpperCase(),
    status: "open",
    status_transitions: { finalized_at: given.created, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
    webhooks_delivered_at: given.created,
    ...given,
  };
}

const PLAIN = {
  account_country: "US",
  account_name: null,
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_shipping: 0,
  application: null,
  attempt_count: 0,
  attempted: false,
  auto_advance: true,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  automatically_finalizes_at: null,
  collection_method: "charge_automatically",
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_email: null,
  customer_name: null,
  customer_phone: null,
  customer_shipping: null,
  customer_tax_exempt: "none",
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  discounts: [],
  due_date: null,
  ending_balance: 0,
  footer: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: "self" },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  metadata: {},
  next_payment_attempt: null,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  starting_balance: 0,
  statement_descriptor: null,
  test_clock: null,
  total_discount_amounts: [],
  total_pretax_credit_amounts: [],
  total_taxes: [],
} satisfies Partial<Stripe.Invoice>;

interface Line {
  invoice: string;
  subscription: string | null;
  item: string | null;
  price: Stripe.Price;
  quantity: number;
  /** In the smallest unit; else the price times the quantity. */
  amount?: number;
  proration?: boolean;
  period: { start: number; end: number };
}

/** What an invoice asks money for. */
export function lineShape(id: string, line: Line): Stripe.InvoiceLineItem {
  const { invoice, price, quantity, period } = line;
  const amount = line.amount ?? (price.unit_amount ?? 0) * quantity;
  const details = {
    invoice_item: null,
    proration: line.proration ?? false,
    proration_details: null,
    subscription: line.subscription,
    subscription_item: line.item ?? "",
  };
  return {
    id,
    object: "line_item",
    amount,
    currency: price.currency,
    description: price.nickname,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice,
    livemode: false,
    metadata: {},
    parent: { invoice_item_details: null, subscription_item_details: details, type: "subscription_item_details" },
    period,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: price.product as string },
      type: "price_details",
      unit_amount_decimal: decimal(price.unit_amount),
    },
    quantity,
    quantity_decimal: decimal(quantity),
    subscription: line.subscription,
    subtotal: amount,
    taxes: [],
  };
}
