import { record } from "#lib/audit/index.ts";
import type { Prisma, StripeConnection, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { seal } from "../seal.ts";
import { type CheckedKey, hintOf } from "./check-key.ts";
import { sealContext } from "./stripe-client.ts";

/** The tenant's connection under lock. @throws conflict where there is none */
export async function lockConnection(tx: Tx, ctx: Ctx): Promise<StripeConnection> {
  await tx.$queryRaw`SELECT 1 FROM stripe_connections WHERE tenant_id = ${ctx.tenant.id}::uuid FOR UPDATE`;
  const connection = await tx.stripeConnection.findUnique({ where: { tenantId: ctx.tenant.id } });
  if (!connection) throw notConnected();
  return connection;
}

export function notConnected() {
  return conflict("No Stripe account is connected. An owner connects one on the billing page.");
}

/** The columns of a key that was checked. */
export function keyColumns(ctx: Ctx, key: string, { accountId, accountName, livemode }: CheckedKey) {
  const restrictedKeyEncrypted = seal(key, sealContext(ctx.tenant.id, "key"));
  return { restrictedKeyEncrypted, keyHint: hintOf(key), accountId, accountName, livemode, checkedAt: ctx.now };
}

export function secretColumn(ctx: Ctx, secret: string) {
  return { webhookSecretEncrypted: seal(secret, sealContext(ctx.tenant.id, "webhook-secret")) };
}

/** Records what was done to a connection; keys and secrets never stand in it. */
export async function recordConnection(
  tx: Tx,
  ctx: Ctx,
  { id, accountId, ...entry }: { id: string; accountId: string; action: string; after?: Prisma.InputJsonObject },
): Promise<void> {
  await record(tx, ctx, { ...entry, subject: { type: "stripe_connection", id, label: accountId || "Stripe" } });
}
