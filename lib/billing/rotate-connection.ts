import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { checkKey, demandPermissions, StripeKey, WebhookSecret } from "./check-key.ts";
import { demandSameAccount, isSecretKey } from "./connect-stripe.ts";
import { keyColumns, lockConnection, recordConnection, secretColumn } from "./connection.ts";

export const RotateKey = z.strictObject({ key: StripeKey });
export const RotateWebhookSecret = z.strictObject({ webhookSecret: WebhookSecret });

/**
 * Puts another key of the same account in the old one's place, after Stripe was asked about it.
 * @throws forbidden without `billing.connect`; invalid for a key of another account or mode, one that Stripe refuses or
 *   that lacks permissions; conflict where nothing is connected; unavailable
 */
export async function rotateKey(ctx: Ctx, input: z.input<typeof RotateKey>): Promise<{ fullAccess: boolean }> {
  await demand(ctx, "billing.connect");
  const { key } = parse(RotateKey, input);
  const checked = await checkKey(key);
  demandPermissions(checked);
  await transaction(async (tx) => {
    const connection = await lockConnection(tx, ctx);
    demandSameAccount(connection, checked);
    const { id, accountId } = connection;
    // What is known of the account is not forgotten with a key that may not read it.
    const { accountId: readId, accountName: readName, ...columns } = keyColumns(ctx, key, checked);
    const account = { accountId: readId || accountId, accountName: readName || connection.accountName };
    await tx.stripeConnection.update({ where: { id }, data: { ...columns, ...account } });
    await recordConnection(tx, ctx, { id, accountId, action: "billing.rotated", after: { what: "key" } });
  });
  return { fullAccess: isSecretKey(key) };
}

/**
 * Puts another signing secret in the old one's place. While Stripe rolls a secret it signs with both, so nothing is lost.
 * @throws forbidden without `billing.connect`; invalid; conflict where nothing is connected
 */
export async function rotateWebhookSecret(ctx: Ctx, input: z.input<typeof RotateWebhookSecret>): Promise<void> {
  await demand(ctx, "billing.connect");
  const { webhookSecret } = parse(RotateWebhookSecret, input);
  await transaction(async (tx) => {
    const { id, accountId } = await lockConnection(tx, ctx);
    await tx.stripeConnection.update({ where: { id }, data: secretColumn(ctx, webhookSecret) });
    await recordConnection(tx, ctx, { id, accountId, action: "billing.rotated", after: { what: "webhook secret" } });
  });
}
