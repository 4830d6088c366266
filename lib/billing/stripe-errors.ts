import { AppError, isAppError } from "../errors.ts";

const PERMISSION = /'(rak_[a-z_]+)' permission/;

/** What the SDK says of a call that failed (node_modules/stripe, Error.d.ts), as far as we read it. */
interface StripeFailure {
  type: string;
  message: string;
  statusCode?: number;
  code?: string;
  param?: string;
}

/**
 * Calls Stripe; what fails is thrown in words for whoever waits for it.
 * @throws conflict where Stripe refuses the key, the permission or the request; unavailable where it can't be reached
 */
export async function askStripe<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw inOurWords(error);
  }
}

/** Whether Stripe said that the object is not there: in this account, in this mode. */
export function isMissing(error: unknown): boolean {
  return isStripeFailure(error) && error.code === "resource_missing";
}

/** What the SDK throws; by its own field, since two copies of the SDK may be loaded. */
export function isStripeFailure(error: unknown): error is StripeFailure {
  return error instanceof Error && "type" in error && String(error.type).startsWith("Stripe");
}

/** The permission that a restricted key lacks, by Stripe's own name, where the refusal names it. */
export function permissionIn(error: { message: string }): string | null {
  return PERMISSION.exec(error.message)?.[1] ?? null;
}

function inOurWords(error: unknown): unknown {
  if (isAppError(error) || !isStripeFailure(error)) return error;
  const words = WORDS[error.type];
  return words ? words(error) : asIs(error);
}

const WORDS: Record<string, (error: StripeFailure) => AppError> = {
  StripeAuthenticationError: (cause) =>
    refused("Stripe no longer accepts the key of this workspace. An owner sets a new one on the billing page.", cause),
  StripePermissionError: (cause) =>
    refused(
      `The key of this workspace lacks a permission at Stripe${named(cause)}. An owner adds it there, or sets another key.`,
      cause,
    ),
  StripeConnectionError: away,
  StripeAPIError: away,
  StripeRateLimitError: away,
};

function named(error: StripeFailure): string {
  const permission = permissionIn(error);
  return permission ? `, ${permission}` : "";
}

function away(cause: StripeFailure): AppError {
  return new AppError("unavailable", "Stripe can't be reached at the moment. Try again in a minute.", {
    cause,
    retryAfterSeconds: 60,
  });
}

// What is wrong with a request is told in Stripe's own words: they name the parameter and what would be right.
function asIs(cause: StripeFailure): AppError {
  return refused(`Stripe refused it: ${cause.message}`, cause);
}

function refused(message: string, cause: StripeFailure): AppError {
  return new AppError("conflict", message, { reason: "stripe", cause });
}
