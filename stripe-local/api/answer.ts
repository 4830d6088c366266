import { createHash } from "node:crypto";
import type { Account, Permissions } from "../account.ts";
import { newId } from "../account.ts";
import { type Failure, StripeFailure } from "../failures.ts";
import { type Form, readForm } from "../form.ts";
import { accountCalls } from "./account-calls.ts";
import type { Call } from "./call.ts";
import { catalogCalls } from "./catalog-calls.ts";
import { checkoutCalls } from "./checkout-calls.ts";
import { expanded } from "./expand.ts";
import { readParams } from "./params.ts";
import { paymentCalls } from "./payment-calls.ts";
import { subscriptionCalls } from "./subscription-calls.ts";

const CALLS = [...accountCalls, ...catalogCalls, ...checkoutCalls, ...paymentCalls, ...subscriptionCalls].map(
  (call) => ({
    call,
    pattern: new RegExp(`^${call.path.replace(":id", "([^/]+)")}$`),
  }),
);

/** A request as it came in; the query is in the path, the form in the body. */
export interface Asked {
  method: string;
  url: URL;
  body: string;
  authorization: string;
  idempotencyKey: string | null;
  baseUrl: string;
}

export interface Answer {
  status: number;
  body: object;
  replayed?: boolean;
}

/** Finds the account by its key. */
export type AccountOf = (key: string) => Account | undefined;

const answered = new WeakMap<Account, Map<string, { request: string; answer: Answer }>>();

/** Answers a call of the API as Stripe would: by the key's account, as far as the key may. */
export function answerCall(asked: Asked, accountOf: AccountOf): Answer {
  try {
    const key = keyIn(asked.authorization);
    const account = accountOf(key);
    const may = account?.keys.get(key);
    if (!account || !may) throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}`);
    const { call, id } = callFor(asked);
    refuseWithoutRight(account, { key, may, call });
    return once(account, asked, () => ({ status: 200, body: run(account, { asked, call, id }) }));
  } catch (error) {
    if (error instanceof StripeFailure) return { status: error.status, body: { error: error.error } };
    throw error;
  }
}

function run(account: Account, { asked, call, id }: { asked: Asked; call: Call; id: string }): object {
  const { expand, ...given } = { ...readForm(asked.url.search.slice(1)), ...readForm(asked.body) } as Form;
  const params = readParams(call.params, given);
  account.request = { id: newId("req_", 14), idempotency_key: asked.idempotencyKey };
  try {
    const answer = call.run(account, params as never, { id, path: asked.url.pathname, baseUrl: asked.baseUrl });
    return expanded(account, answer, Array.isArray(expand) ? expand.map(String) : []);
  } finally {
    account.request = null;
  }
}

function keyIn(authorization: string): string {
  const [scheme, value = ""] = authorization.split(" ");
  const key = scheme === "Basic" ? Buffer.from(value, "base64").toString().split(":")[0] : value;
  if (!key) {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.",
    );
  }
  return key;
}

function unauthorized(message: string): StripeFailure {
  return new StripeFailure(401, { type: "invalid_request_error", message });
}

function callFor({ method, url }: Asked): { call: Call; id: string } {
  for (const { call, pattern } of CALLS) {
    const match = call.method === method && pattern.exec(url.pathname);
    if (match) return { call, id: decodeURIComponent(match[1] ?? "") };
  }
  const message = `Unrecognized request URL (${method}: ${url.pathname}). The stand-in answers only what Purser asks.`;
  throw new StripeFailure(404, { type: "invalid_request_error", message });
}

function refuseWithoutRight(account: Account, { key, may, call }: { key: string; may: Permissions; call: Call }): void {
  if (may === "all") return;
  const right = `rak_${call.right}_${call.method === "GET" ? "read" : "write"}`;
  if (may.has(right) || may.has(right.replace(/_read$/, "_write"))) return;
  const masked = `${key.slice(0, 8)}****${key.slice(-4)}`;
  const message = `The provided key '${masked}' does not have the required permissions for this endpoint on account '${account.id}'. Having the '${right}' permission would allow this request to continue.`;
  throw new StripeFailure(403, {
    type: "invalid_request_error",
    message,
    code: "more_permissions_required",
  } as Failure);
}

/** What was done under an idempotency key is not done again: https://docs.stripe.com/api/idempotent_requests */
function once(account: Account, asked: Asked, act: () => Answer): Answer {
  const { idempotencyKey: key, method, url, body } = asked;
  if (!key || method !== "POST") return act();
  const known = answered.get(account) ?? new Map<string, { request: string; answer: Answer }>();
  answered.set(account, known);
  const request = createHash("sha256").update(`${url.pathname}\n${body}`).digest("hex");
  const before = known.get(key);
  if (before && before.request !== request) {
    const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
    throw new StripeFailure(400, { type: "idempotency_error", message });
  }
  if (before) return { ...before.answer, replayed: true };
  // What was refused before it began may be tried again under the same key; what the bank refused stays refused.
  const answer = settled(act);
  known.set(key, { request, answer });
  return answer;
}

function settled(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof StripeFailure) || error.status !== 402) throw error;
    return { status: error.status, body: { error: error.error } };
  }
}
