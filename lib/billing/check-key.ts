import type Stripe from "stripe";
import { z } from "zod";
import { invalid } from "../errors.ts";
import { KEY_PERMISSIONS, type KeyPermission } from "./key-permissions.ts";
import { clientFor } from "./stripe-client.ts";
import { askStripe, isStripeFailure } from "./stripe-errors.ts";

const SECRET_MAX = 500;

export const StripeKey = z
  .string()
  .trim()
  .max(SECRET_MAX)
  .regex(
    /^[rs]k_(live|test)_[A-Za-z0-9_]{8,}$/,
    "must be a restricted key of Stripe: it begins with rk_live_ or rk_test_",
  );

export const WebhookSecret = z
  .string()
  .trim()
  .max(SECRET_MAX)
  .regex(/^whsec_[A-Za-z0-9+/=_-]{8,}$/, "must begin with whsec_, as the endpoint's page at Stripe shows it");

/** What Stripe says of a key. */
export interface CheckedKey {
  /** Empty where Stripe does not tell it to a restricted key. */
  accountId: string;
  accountName: string;
  livemode: boolean;
  /** The permissions that it lacks, as Stripe's own form calls them: `Customers: write`. */
  missing: string[];
}

/** Asks Stripe whose a key is and what it may. It writes nothing there. @throws invalid where Stripe does not know it; unavailable */
export async function checkKey(key: string): Promise<CheckedKey> {
  const stripe = clientFor(key);
  const [account, ...lacks] = await Promise.all([
    askStripe(() => accountOf(stripe)),
    ...KEY_PERMISSIONS.map(async (permission) => ((await may(stripe, permission)) ? null : permission.label)),
  ]);
  const missing = lacks.filter((label) => label !== null);
  return { ...account, livemode: /^.k_live_/.test(key), missing };
}

/** The refusal of a key that lacks permissions, in one sentence that names them. */
export function demandPermissions({ missing }: CheckedKey): void {
  if (missing.length === 0) return;
  throw invalid({
    key: `lacks permissions at Stripe: ${missing.join(", ")}. Add them to the key there, and try again`,
  });
}

/** The end of a key, by which its owner knows it again. */
export function hintOf(key: string): string {
  return `${/^.k_(?:live|test)_/.exec(key)?.[0] ?? ""}…${key.slice(-4)}`;
}

type Account = Pick<CheckedKey, "accountId" | "accountName">;

async function accountOf(stripe: Stripe): Promise<Account> {
  try {
    const { id, business_profile: profile, settings } = await stripe.accounts.retrieveCurrent();
    return { accountId: id, accountName: profile?.name || settings?.dashboard.display_name || "" };
  } catch (error) {
    if (isStripeFailure(error) && error.type === "StripeAuthenticationError") {
      throw invalid({ key: "is not accepted by Stripe: it was mistyped, rolled or deleted there" });
    }
    if (!isStripeFailure(error) || error.type !== "StripePermissionError") throw error;
    // Many restricted keys may not read their account; the refusal names it all the same.
    return { accountId: /acct_[A-Za-z0-9]+/.exec(error.message)?.[0] ?? "", accountName: "" };
  }
}

async function may(stripe: Stripe, { probe }: KeyPermission): Promise<boolean> {
  try {
    await probe(stripe);
    return true;
  } catch (error) {
    if (!isStripeFailure(error)) throw error;
    if (error.type === "StripePermissionError") return false;
    // That there is no such customer is only said to a key that may ask.
    if (error.type === "StripeInvalidRequestError") return true;
    return askStripe(() => Promise.reject(error));
  }
}
