import Stripe from "stripe";
import { AppError } from "../errors.ts";
import type { Account } from "./account.ts";

const PAST_SECONDS = 300;
const FUTURE_SECONDS = 60;

/**
 * The event that a body is, once its signature proves that Stripe sent it just now
 * (https://docs.stripe.com/webhooks/signature). @throws invalid: what is wrong, and what would be right
 */
export function verifiedEvent(account: Account, body: string, header: string | null): Stripe.Event {
  if (!header) throw refused("The header Stripe-Signature is missing: only Stripe posts here.");
  refuseFuture(header);
  const event = signed(account, body, header);
  if (typeof event?.id !== "string" || typeof event.type !== "string" || typeof event.created !== "number") {
    throw refused("The body is signed but no event: point only event destinations with snapshot payloads here.");
  }
  refuseOtherAccount(account, event);
  return event;
}

function signed({ webhookSecret }: Account, body: string, header: string): Stripe.Event {
  try {
    return Stripe.webhooks.constructEvent(body, header, webhookSecret, PAST_SECONDS);
  } catch (error) {
    throw refused(inOurWords(error as Error), error);
  }
}

function inOurWords({ message, name }: Error): string {
  if (message.includes("tolerance zone")) {
    return `The signature’s timestamp is more than ${PAST_SECONDS} seconds old: Stripe signs each delivery anew. Check this server’s clock.`;
  }
  if (message.includes("matching the expected signature")) {
    return "The signature does not match: the signing secret kept here is another endpoint’s, or the body was changed on its way.";
  }
  if (name === "SyntaxError") return "The body is signed but no JSON.";
  return "The header Stripe-Signature can’t be read: it must be t=<seconds>,v1=<hex>.";
}

// The SDK refuses old timestamps alone: one from the future could be used until long after it was caught.
function refuseFuture(header: string): void {
  const seconds = Number(/(?:^|,)\s*t=(\d+)/.exec(header)?.[1] ?? 0);
  if (seconds - Date.now() / 1000 <= FUTURE_SECONDS) return;
  throw refused(
    `The signature’s timestamp is more than ${FUTURE_SECONDS} seconds in the future. Check this server’s clock.`,
  );
}

function refuseOtherAccount({ accountId, livemode }: Account, event: Stripe.Event): void {
  if (event.account && event.account !== accountId) {
    throw refused(`The event is of the account ${event.account}; connected here is ${accountId}.`);
  }
  if (event.livemode === livemode) return;
  const mode = (live: boolean) => (live ? "live mode" : "test mode");
  throw refused(`The event is of ${mode(event.livemode)}; the key that is connected here is of ${mode(livemode)}.`);
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError("invalid", message, { reason: "malformed", cause });
}
