import { demand } from "#lib/audit/index.ts";
import { query, type StripeConnection, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { lockConnection, recordConnection } from "./connection.ts";
import { readableKey } from "./stripe-client.ts";
import { dropEndpoint } from "./webhook-endpoint.ts";

/** What a disconnection leaves: memberships and grants that end with the period that was paid for, and those for good. */
export interface DisconnectPreview {
  /** Members whose subscription holds until the end of the period that was paid for. */
  ending: number;
  /** Members who paid once: they keep it. */
  lasting: number;
}

/** @throws forbidden without `billing.view` */
export async function previewDisconnect(ctx: Ctx): Promise<DisconnectPreview> {
  await demand(ctx, "billing.view");
  const [row] = await query(
    (db) => db.$queryRaw<DisconnectPreview[]>`
    SELECT count(DISTINCT member_id) FILTER (WHERE kind = 'stripe')::int AS ending,
           count(DISTINCT member_id) FILTER (WHERE kind = 'lifetime' AND stripe_payment_intent_id IS NOT NULL)::int AS lasting
    FROM subscriptions WHERE tenant_id = ${ctx.tenant.id}::uuid
      AND (ended_at IS NULL OR ended_at > now()) AND (status IS NULL OR status IN ('active', 'trialing', 'past_due'))`,
  );
  return row ?? { ending: 0, lasting: 0 };
}

/**
 * Forgets the vendor's key and secret. From then on nobody hears whether a subscription is paid again, so it and its
 * grants end with the period that was paid for; what was paid once stays, and so do customers, plans and mappings. Once
 * the same account is connected again, reading it takes those ends back. The endpoint that Purser made at Stripe is removed.
 * @throws forbidden without `billing.connect`; conflict where nothing is connected
 */
export async function disconnectStripe(ctx: Ctx): Promise<{ ending: number; endpointLeft: boolean }> {
  await demand(ctx, "billing.connect");
  const { ending, connection } = await transaction(async (tx) => {
    const connection = await lockConnection(tx, ctx);
    const { id, accountId } = connection;
    // A reading that is under way comes too late after this: it was made with a key that no longer counts.
    await tx.$executeRaw`
      UPDATE members SET stripe_ticket = stripe_ticket + 1, stripe_applied = stripe_ticket + 1
      WHERE tenant_id = ${ctx.tenant.id}::uuid AND stripe_customer_id IS NOT NULL`;
    const ending = await endWithThePeriod(tx, ctx);
    await tx.stripeConnection.delete({ where: { id } });
    await recordConnection(tx, ctx, { id, accountId, action: "billing.disconnected", after: { ending } });
    return { ending, connection };
  });
  return { ending, endpointLeft: !(await dropOwnEndpoint(connection)) };
}

/**
 * False where an endpoint stays at Stripe, which would go on sending: one that was made by hand, or that can't be removed,
 * also since the key can't be opened here.
 */
async function dropOwnEndpoint(connection: StripeConnection): Promise<boolean> {
  if (!connection.webhookEndpointId) return false;
  const key = readableKey(connection);
  return key !== null && dropEndpoint(key, connection.webhookEndpointId);
}

// What was paid for is known of memberships. A subscription of add-ons alone has no row: it gets the days of grace.
async function endWithThePeriod(tx: Tx, { tenant, now }: Ctx): Promise<number> {
  await tx.$executeRaw`
    UPDATE entitlements e SET expires_at = least(e.expires_at, coalesce(
      (SELECT s.current_period_end FROM subscriptions s
        WHERE s.tenant_id = e.tenant_id AND s.stripe_subscription_id = e.source_ref),
      ${now}::timestamptz + t.grace_days * interval '1 day'))
    FROM tenants t
    WHERE t.id = ${tenant.id}::uuid AND e.tenant_id = t.id AND e.source = 'stripe' AND e.revoked_at IS NULL
      AND e.source_ref LIKE 'sub\\_%'`;
  return tx.$executeRaw`
    UPDATE subscriptions SET ended_at = coalesce(current_period_end, ${now}), end_reason = 'disconnected'
    WHERE tenant_id = ${tenant.id}::uuid AND kind = 'stripe' AND ended_at IS NULL
      AND status IN ('active', 'trialing', 'past_due')`;
}
