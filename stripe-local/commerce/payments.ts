import type Stripe from "stripe";
import type { Account } from "../account.ts";
import { badParam, badState } from "../failures.ts";
import { chargeShape, disputeShape, paymentIntentShape, refundShape } from "../shapes/payment.ts";

export interface Asked {
  customer: string | null;
  amount: number;
  currency: string;
  description?: string | null;
  metadata?: Stripe.Metadata;
  /** How this card behaves, whatever the customer's would do. */
  card?: "pays" | "declines";
}

/** Takes money from a customer's card, or is refused: the payment intent says which. */
export function takeMoney(account: Account, asked: Asked): Stripe.PaymentIntent {
  const { customer, amount, currency, description = null, metadata = {} } = asked;
  const pays = (asked.card ?? account.cards.get(customer ?? "") ?? "pays") === "pays";
  const about = { created: account.now(), amount, currency, customer, description, metadata };
  const intent = account.add(
    "payment_intent",
    paymentIntentShape({
      ...about,
      id: account.newId("payment_intent"),
      status: pays ? "succeeded" : "requires_payment_method",
    }),
  );
  const charge = account.add(
    "charge",
    chargeShape({
      ...about,
      id: account.newId("charge"),
      payment_intent: intent.id,
      status: pays ? "succeeded" : "failed",
    }),
  );
  intent.latest_charge = charge.id;
  if (!pays) intent.last_payment_error = REFUSED;
  account.emit(pays ? "charge.succeeded" : "charge.failed", charge);
  account.emit(pays ? "payment_intent.succeeded" : "payment_intent.payment_failed", intent);
  return intent;
}

const REFUSED: Stripe.PaymentIntent.LastPaymentError = {
  code: "card_declined",
  decline_code: "generic_decline",
  message: "Your card was declined.",
  type: "card_error",
};

/**
 * Gives money back: what is left of a charge, or a part of it.
 * @throws StripeFailure 400 where that is more than was paid
 */
export function refundCharge(
  account: Account,
  charge: Stripe.Charge,
  asked: { amount?: number; reason?: Stripe.Refund.Reason; metadata?: Stripe.Metadata } = {},
): Stripe.Refund {
  const left = charge.amount - charge.amount_refunded;
  if (left <= 0) throw badState(`Charge ${charge.id} has already been refunded.`, "charge_already_refunded");
  const amount = asked.amount ?? left;
  if (amount <= 0 || amount > left) {
    throw badParam("amount", `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
  }
  const refund = account.add(
    "refund",
    refundShape({
      id: account.newId("refund"),
      created: account.now(),
      amount,
      currency: charge.currency,
      charge: charge.id,
      payment_intent: charge.payment_intent,
      customer: charge.customer,
      metadata: asked.metadata ?? {},
      reason: asked.reason ?? "requested_by_customer",
    }),
  );
  account.emit("refund.created", refund);
  changeRefunded(account, charge, "charge.refunded");
  return refund;
}

/** The bank did not take the money back: the customer was not refunded after all. */
export function failRefund(account: Account, refund: Stripe.Refund): Stripe.Refund {
  account.change(refund, { status: "failed", failure_reason: "expired_or_canceled_card" });
  changeRefunded(account, account.get("charge", refund.charge as string));
  account.emit("refund.failed", refund);
  account.emit("charge.refund.updated", refund);
  return refund;
}

function changeRefunded(account: Account, charge: Stripe.Charge, type?: Stripe.Event.Type): void {
  const given = refundsOf(account, charge.id).filter(({ status }) => status === "succeeded" || status === "pending");
  const amount = given.reduce((sum, refund) => sum + refund.amount, 0);
  account.change(charge, { amount_refunded: amount, refunded: amount === charge.amount }, type);
}

/** The refunds of a charge, newest first. */
export function refundsOf(account: Account, charge: string): Stripe.Refund[] {
  return account.tables.refund.all(charge).reverse();
}

/** The customer's bank takes the money back, until it is decided who is right. */
export function openDispute(account: Account, charge: Stripe.Charge): Stripe.Dispute {
  if (charge.disputed) throw badState(`Charge ${charge.id} is disputed already.`);
  const dispute = account.add(
    "dispute",
    disputeShape({
      id: account.newId("dispute"),
      created: account.now(),
      amount: charge.amount,
      currency: charge.currency,
      charge: charge.id,
      payment_intent: charge.payment_intent,
    }),
  );
  account.change(charge, { disputed: true }, "charge.updated");
  account.emit("charge.dispute.created", dispute);
  account.emit("charge.dispute.funds_withdrawn", dispute);
  return dispute;
}

/** It is decided. Only a won one brings the money back; the charge stays marked as disputed, as Stripe leaves it. */
export function closeDispute(account: Account, dispute: Stripe.Dispute, outcome: "won" | "lost"): Stripe.Dispute {
  if (dispute.status === "won" || dispute.status === "lost") throw badState(`Dispute ${dispute.id} is closed already.`);
  account.change(dispute, { status: outcome }, "charge.dispute.closed");
  if (outcome === "won") account.emit("charge.dispute.funds_reinstated", dispute);
  return dispute;
}
