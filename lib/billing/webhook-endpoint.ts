import type Stripe from "stripe";
import type { Ctx } from "../context.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { log } from "../log.ts";
import { ENDPOINT_PERMISSION } from "./key-permissions.ts";
import { API_VERSION, clientFor } from "./stripe-client.ts";
import { askStripe, isStripeFailure } from "./stripe-errors.ts";

/** The events that an endpoint must send us; whatever else it sends is kept and ignored. */
export const WEBHOOK_EVENTS = [
  "checkout.session.completed",
  "checkout.session.async_payment_succeeded",
  "checkout.session.async_payment_failed",
  "customer.subscription.created",
  "customer.subscription.updated",
  "customer.subscription.deleted",
  "customer.subscription.paused",
  "customer.subscription.resumed",
  "invoice.paid",
  "invoice.payment_failed",
  "charge.refunded",
  "refund.updated",
  "refund.failed",
  "charge.dispute.created",
  "charge.dispute.closed",
  // An inquiry becomes a dispute without a new one being created.
  "charge.dispute.updated",
  "charge.dispute.funds_withdrawn",
  "charge.dispute.funds_reinstated",
] as const satisfies readonly Stripe.WebhookEndpointCreateParams.EnabledEvent[];

/** Where Stripe sends a tenant's events. */
export function webhookUrl(slug: string): string {
  return `${env().PUBLIC_URL}/api/stripe/webhook/${slug}`;
}

export interface MadeEndpoint {
  id: string;
  secret: string;
}

type Calling = Pick<Ctx, "tenant" | "requestId">;

/**
 * Makes the endpoint in the vendor's account, and gives its signing secret, which Stripe tells this once.
 * @throws conflict where the key may not, in words that name the way by hand
 */
export async function makeEndpoint(ctx: Calling, key: string): Promise<MadeEndpoint> {
  const { id, secret } = await askStripe(() => create(ctx, key));
  if (!secret)
    throw new AppError("conflict", "Stripe made the endpoint without telling its secret. Copy it from there.");
  return { id, secret };
}

/** Takes an endpoint back that is of no use: it would only send events that we refuse. @returns whether it is gone */
export async function dropEndpoint(key: string, endpointId: string): Promise<boolean> {
  try {
    await clientFor(key).webhookEndpoints.del(endpointId);
    return true;
  } catch (error) {
    log.warn({ endpoint: endpointId, error: (error as Error).message }, "an endpoint at Stripe could not be removed");
    return false;
  }
}

async function create({ tenant, requestId }: Calling, key: string): Promise<Stripe.WebhookEndpoint> {
  try {
    return await clientFor(key).webhookEndpoints.create(
      {
        url: webhookUrl(tenant.slug),
        enabled_events: [...WEBHOOK_EVENTS],
        api_version: API_VERSION,
        description: `Purser, workspace ${tenant.slug}`,
        metadata: { purser_tenant: tenant.id },
      },
      { idempotencyKey: `purser endpoint ${tenant.id} ${requestId}` },
    );
  } catch (error) {
    if (!isStripeFailure(error) || error.type !== "StripePermissionError") throw error;
    throw new AppError(
      "conflict",
      `The key may not make endpoints. Give it “${ENDPOINT_PERMISSION}” at Stripe, or make the endpoint there by hand and paste its signing secret.`,
      { cause: error },
    );
  }
}
