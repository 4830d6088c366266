import type Stripe from "stripe";

type Given<T, K extends keyof T> = Pick<T, K> & Partial<T>;

/** Money that is asked for, paid or not. */
export function paymentIntentShape(
  given: Given<Stripe.PaymentIntent, "id" | "created" | "amount" | "currency" | "customer" | "status">,
): Stripe.PaymentIntent {
  return {
    object: "payment_intent",
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_received: given.status === "succeeded" ? given.amount : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic_async",
    client_secret: `${given.id}_secret_standin`,
    confirmation_method: "automatic",
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: "pm_card_visa",
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ["card"],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    transfer_data: null,
    transfer_group: null,
    ...given,
  };
}

/** One attempt to take the money. */
export function chargeShape(
  given: Given<Stripe.Charge, "id" | "created" | "amount" | "currency" | "customer" | "payment_intent" | "status">,
): Stripe.Charge {
  const paid = given.status === "succeeded";
  return {
    object: "charge",
    ...PLAIN,
    amount_captured: paid ? given.amount : 0,
    captured: paid,
    failure_code: paid ? null : "card_declined",
    failure_message: paid ? null : "Your card was declined.",
    paid,
    ...given,
  };
}

const PLAIN = {
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
  calculated_statement_descriptor: null,
  description: null,
  disputed: false,
  failure_balance_transaction: null,
  fraud_details: {},
  livemode: false,
  metadata: {},
  on_behalf_of: null,
  outcome: null,
  payment_method: "pm_card_visa",
  payment_method_details: null,
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<Stripe.Charge>;

/** Money given back. */
export function refundShape(
  given: Given<Stripe.Refund, "id" | "created" | "amount" | "currency" | "charge" | "payment_intent" | "customer">,
): Stripe.Refund {
  return {
    object: "refund",
    balance_transaction: null,
    customer_account: null,
    metadata: {},
    payment_method: "pm_card_visa",
    reason: "requested_by_customer",
    receipt_number: null,
    source_transfer_reversal: null,
    status: "succeeded",
    transfer_reversal: null,
    ...given,
  };
}

/** Money that the bank takes back while somebody decides. */
export function disputeShape(
  given: Given<Stripe.Dispute, "id" | "created" | "amount" | "currency" | "charge" | "payment_intent">,
): Stripe.Dispute {
  return {
    object: "dispute",
    balance_transactions: [],
    enhanced_eligibility_types: [],
    evidence: {} as Stripe.Dispute.Evidence,
    evidence_details: {
      due_by: given.created + 7 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "manual",
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    network_reason_code: "10.4",
    reason: "fraudulent",
    status: "needs_response",
    ...given,
  };
}

/** Which payment paid an invoice. */
export function invoicePaymentShape(
  given: Given<
    Stripe.InvoicePayment,
    "id" | "created" | "amount_requested" | "currency" | "invoice" | "payment" | "status"
  >,
): Stripe.InvoicePayment {
  const paid = given.status === "paid";
  return {
    object: "invoice_payment",
    amount_paid: paid ? given.amount_requested : null,
    is_default: true,
    livemode: false,
    status_transitions: { canceled_at: null, paid_at: paid ? given.created : null },
    ...given,
  };
}
