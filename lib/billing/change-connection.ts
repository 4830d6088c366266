import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type CheckedKey, checkKey } from "./check-key.ts";
import { lockConnection, notConnected, recordConnection } from "./connection.ts";
import { requestReread } from "./reread-customers.ts";
import { keyOf } from "./stripe-client.ts";

export const SetRefundRule = z.strictObject({ partialRefundEnds: z.boolean() });

/**
 * Whether a refund in part ends what was paid for, too; every customer is read again for it. Setting it twice changes nothing.
 * @throws forbidden without `billing.connect`; conflict where nothing is connected
 */
export async function setRefundRule(ctx: Ctx, input: z.input<typeof SetRefundRule>): Promise<{ changed: boolean }> {
  await demand(ctx, "billing.connect");
  const { partialRefundEnds } = parse(SetRefundRule, input);
  return transaction(async (tx) => {
    const connection = await lockConnection(tx, ctx);
    if (connection.partialRefundEnds === partialRefundEnds) return { changed: false };
    const { id, accountId } = connection;
    await tx.stripeConnection.update({ where: { id }, data: { partialRefundEnds } });
    await recordConnection(tx, ctx, { id, accountId, action: "billing.refund_rule_set", after: { partialRefundEnds } });
    await requestReread(tx, ctx, null);
    return { changed: true };
  });
}

/**
 * Asks Stripe about the stored key now: whether it is accepted, and what it lacks.
 * @throws forbidden without `billing.connect`; invalid where Stripe refuses the key; conflict where none is connected or the
 *   key can't be opened here; unavailable
 */
export async function checkConnection(ctx: Ctx): Promise<CheckedKey> {
  await demand(ctx, "billing.connect");
  const { tenant } = ctx;
  const connection = await query((db) => db.stripeConnection.findUnique({ where: { tenantId: tenant.id } }));
  if (!connection) throw notConnected();
  const checked = await checkKey(keyOf(connection));
  await transaction(async (tx) => {
    const { id, accountName } = await lockConnection(tx, ctx);
    const name = checked.accountName || accountName;
    await tx.stripeConnection.update({ where: { id }, data: { checkedAt: ctx.now, accountName: name } });
  });
  return checked;
}
