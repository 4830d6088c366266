import type Stripe from "stripe";
import { query, type StripeConnection } from "#lib/db/index.ts";
import { isAppError } from "../errors.ts";
import type { Finding } from "../findings.ts";
import { plural, relativeTime } from "../format.ts";
import { type CheckedKey, checkKey } from "./check-key.ts";
import { isSecretKey } from "./connect-stripe.ts";
import { ENDPOINT_PERMISSION } from "./key-permissions.ts";
import { clientFor, readableKey } from "./stripe-client.ts";
import { askStripe, isStripeFailure } from "./stripe-errors.ts";
import { WEBHOOK_EVENTS, webhookUrl } from "./webhook-endpoint.ts";

/** A webhook's signature is refused five minutes after it was made. */
const SKEW_WARN_S = 60;
const SKEW_MAX_S = 240;
/** So long an event is on its way before it counts as one that never came. */
const ARRIVES_WITHIN_MS = 10 * 60_000;
const EVENTS_READ = 20;

interface Checked {
  connection: StripeConnection;
  slug: string;
  stripe: Stripe;
  now: Date;
}

/**
 * How a tenant's connection to Stripe is: whether it answers, the key and its permissions, the clock, the webhook's endpoint,
 * whether events come in and have their effect. Empty where none is connected. What Stripe does wrong is a finding.
 * @throws unavailable where the database is away
 */
export async function checkStripe({ id, slug }: { id: string; slug: string }, now: Date): Promise<Finding[]> {
  const connection = await query((db) => db.stripeConnection.findUnique({ where: { tenantId: id } }));
  if (!connection) return [];
  const key = readableKey(connection);
  if (key === null) return [UNREADABLE];
  const began = performance.now();
  const answer = await checkKey(key).catch((error: Error) => error);
  if (answer instanceof Error) return [notAnswered(answer)];
  const words = `Stripe answered all questions in ${Math.round(performance.now() - began)} ms.`;
  const checked = { connection, slug, stripe: clientFor(key), now };
  const rest = [clock, endpoint, arriving, processed].map((look) => look(checked).catch(notTold));
  return [
    { check: "Answers", state: "ok", words },
    keyKind(answer, connection),
    permissions(answer),
    ...(await Promise.all(rest)),
  ];
}

const UNREADABLE: Finding = {
  check: "Key",
  state: "failed",
  words:
    "The key that is kept here can't be opened: the instance's PURSER_SECRET is another one than it was sealed with.",
  fix: "Start Purser with the former PURSER_SECRET, or set the key anew on the billing page.",
};

function notAnswered(error: Error): Finding {
  if (!isAppError(error)) throw error;
  if (error.code === "invalid") {
    const fix = "Make a new restricted key at Stripe and set it on the billing page.";
    return { check: "Key", state: "failed", words: `The key ${error.fields?.key ?? "is refused"}.`, fix };
  }
  return {
    check: "Answers",
    state: "failed",
    words: error.message,
    fix: "See status.stripe.com; pulls go on meanwhile.",
  };
}

/** A question that Stripe doesn't answer to this key tells nothing about the others. */
function notTold(error: Error): Finding {
  if (!isAppError(error)) throw error;
  const fix = "See status.stripe.com, and whether the key may read it (Permissions).";
  return { check: "Answers", state: "warning", words: error.message, fix };
}

function keyKind({ livemode }: CheckedKey, { keyHint }: StripeConnection): Finding {
  const check = "Key";
  if (isSecretKey(keyHint)) {
    const fix = "Make a restricted key with the permissions that the billing page lists, and set it there.";
    return { check, state: "warning", words: "It is a secret key, which may do everything in the account.", fix };
  }
  const mode = livemode ? "in live mode" : "in test mode: no money moves";
  return { check, state: "ok", words: `Stripe accepts the restricted key ${keyHint}, ${mode}.` };
}

function permissions({ missing }: CheckedKey): Finding {
  const check = "Permissions";
  if (missing.length === 0) return { check, state: "ok", words: "The key may do all that is asked of it." };
  const fix = "Add them to the key at Stripe, under Developers, API keys.";
  return { check, state: "failed", words: `The key lacks ${missing.join(", ")}.`, fix };
}

async function clock({ stripe }: Checked): Promise<Finding> {
  const check = "Clock";
  const { lastResponse } = await askStripe(() => stripe.prices.list({ limit: 1 }));
  const told = Date.parse(lastResponse.headers.date ?? "");
  if (Number.isNaN(told)) return { check, state: "ok", words: "Stripe did not say what time it is." };
  const skew = Math.round(Math.abs(Date.now() - told) / 1000);
  const state = skew > SKEW_MAX_S ? "failed" : skew > SKEW_WARN_S ? "warning" : "ok";
  if (state === "ok") return { check, state, words: "This server's clock and Stripe's agree." };
  const words = `This server's clock is ${plural(skew, "second")} off: events that Stripe signs are refused beyond 300.`;
  return { check, state, words, fix: "Have the server's time set by NTP." };
}

async function endpoint({ stripe, connection, slug }: Checked): Promise<Finding> {
  const check = "Webhook";
  const url = webhookUrl(slug);
  const endpoints = await endpointsOf(stripe);
  if (endpoints === null) {
    const words = "The key may not read webhook endpoints, so that ours can't be looked at.";
    return {
      check,
      state: "ok",
      words: `${words} Events that come in tell of it.`,
      fix: `“${ENDPOINT_PERMISSION}” would let it.`,
    };
  }
  const ours = endpoints.find((one) => one.url === url || one.id === connection.webhookEndpointId);
  const fix = "Set up the webhook anew on the billing page.";
  if (!ours) return { check, state: "failed", words: `No endpoint at Stripe sends events to ${url}.`, fix };
  if (ours.url !== url)
    return { check, state: "failed", words: `The endpoint sends events to ${ours.url}, not to ${url}.`, fix };
  if (ours.status !== "enabled") {
    return {
      check,
      state: "failed",
      words: "The endpoint is disabled at Stripe.",
      fix: "Enable it there, under Developers, Webhooks.",
    };
  }
  const lacks = WEBHOOK_EVENTS.filter(
    (type) => !ours.enabled_events.includes(type) && !ours.enabled_events.includes("*"),
  );
  if (lacks.length === 0)
    return { check, state: "ok", words: "The endpoint is there and sends all events that are needed." };
  return {
    check,
    state: "failed",
    words: `The endpoint does not send ${lacks.join(", ")}.`,
    fix: "Add them to it at Stripe.",
  };
}

async function endpointsOf(stripe: Stripe): Promise<Stripe.WebhookEndpoint[] | null> {
  try {
    return (await stripe.webhookEndpoints.list({ limit: 100 })).data;
  } catch (error) {
    if (isStripeFailure(error) && error.type === "StripePermissionError") return null;
    return askStripe(() => Promise.reject(error as Error));
  }
}

async function arriving({ stripe, connection, now }: Checked): Promise<Finding> {
  const check = "Events";
  const types = [...WEBHOOK_EVENTS];
  const { data } = await askStripe(() => stripe.events.list({ types, limit: EVENTS_READ }));
  const since = Math.max(connection.createdAt.getTime(), 0);
  const due = data.map(({ id, created }) => ({ id, at: created * 1000 })).filter(({ at }) => at > since);
  const old = due.filter(({ at }) => at < now.getTime() - ARRIVES_WITHIN_MS);
  const ids = old.map(({ id }) => id);
  const { tenantId } = connection;
  const came = await query((db) =>
    db.stripeEvent.findMany({ where: { tenantId, id: { in: ids } }, select: { id: true } }),
  );
  const lost = old.filter(({ id }) => !came.some((one) => one.id === id));
  if (lost.length === 0) return { check, state: "ok", words: await lastWords(connection, now) };
  const words = `${plural(lost.length, "event")} of the last ${old.length} never came, ${lost[0]?.id} the newest.`;
  const fix = "See the endpoint's failed deliveries at Stripe; what they were about is on the drift page.";
  return { check, state: "failed", words, fix };
}

async function lastWords({ tenantId }: StripeConnection, now: Date): Promise<string> {
  const last = await query((db) =>
    db.stripeEvent.findFirst({ where: { tenantId }, orderBy: { receivedAt: "desc" }, select: { receivedAt: true } }),
  );
  if (!last) return "No event came in so far, and Stripe has none that should have.";
  return `Every event of Stripe's came in, the last ${relativeTime(last.receivedAt, now)}.`;
}

async function processed({ connection: { tenantId } }: Checked): Promise<Finding> {
  const check = "Effects";
  const where = { tenantId, processedAt: null, error: { not: null } };
  const failed = await query((db) => db.stripeEvent.count({ where }));
  if (failed === 0) return { check, state: "ok", words: "Every event that came in had its effect." };
  const words = `${plural(failed, "event")} could not be processed; they are tried again.`;
  return { check, state: "failed", words, fix: "Their errors are on the events page; replay them there." };
}
