/** What Stripe answers when it can't do what was asked: https://docs.stripe.com/api/errors */
export interface Failure {
  type: "invalid_request_error" | "card_error" | "idempotency_error" | "api_error";
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  payment_intent?: object;
}

/** Thrown where a call is refused, answered as Stripe does. */
export class StripeFailure extends Error {
  override readonly name = "StripeFailure";
  readonly status: number;
  readonly error: Failure;

  constructor(status: number, error: Failure) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/** 400: a parameter is wrong, missing or not known. */
export function badParam(param: string, message: string, code = "parameter_invalid"): StripeFailure {
  return new StripeFailure(400, { type: "invalid_request_error", message, param, code });
}

/** 400: what was asked does not fit the state of the object. */
export function badState(message: string, code?: string): StripeFailure {
  return new StripeFailure(400, { type: "invalid_request_error", message, code });
}

/** 404, or 400 where the id was named by a parameter. */
export function missing(what: string, id: string, param = "id"): StripeFailure {
  return new StripeFailure(param === "id" ? 404 : 400, {
    type: "invalid_request_error",
    code: "resource_missing",
    message: `No such ${what}: '${id}'`,
    param,
  });
}

/** 402: the bank refused the card. */
export function declined(paymentIntent: object): StripeFailure {
  return new StripeFailure(402, {
    type: "card_error",
    code: "card_declined",
    decline_code: "generic_decline",
    message: "Your card was declined.",
    payment_intent: paymentIntent,
  });
}
