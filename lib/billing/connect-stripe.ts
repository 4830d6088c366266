import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { type CheckedKey, checkKey, demandPermissions, StripeKey, WebhookSecret } from "./check-key.ts";
import { keyColumns, recordConnection, secretColumn } from "./connection.ts";
import { requestReread } from "./reread-customers.ts";
import { dropEndpoint, makeEndpoint } from "./webhook-endpoint.ts";

export const ConnectStripe = z.strictObject({
  key: StripeKey,
  /** The signing secret of an endpoint that was made by hand; without one, Purser makes the endpoint. */
  webhookSecret: WebhookSecret.optional(),
});

/** How a connection went: the account, and whether its key may more than it needs. */
export interface Connected {
  accountId: string;
  accountName: string;
  livemode: boolean;
  /** A secret key: it may do everything in the account. */
  fullAccess: boolean;
}

/**
 * Connects the vendor's own Stripe account, after Stripe was asked whether the key works and may what it must.
 * @throws forbidden without `billing.connect`; invalid for a key that Stripe refuses or that lacks permissions; conflict
 *   where an account is connected already, or where the key may not make the endpoint; unavailable
 */
export async function connectStripe(ctx: Ctx, input: z.input<typeof ConnectStripe>): Promise<Connected> {
  await demand(ctx, "billing.connect");
  const { key, webhookSecret } = parse(ConnectStripe, input);
  if (await query((db) => db.stripeConnection.findUnique({ where: { tenantId: ctx.tenant.id } })))
    throw connectedAlready();
  const checked = await checkKey(key);
  demandPermissions(checked);
  const endpoint = webhookSecret ? null : await makeEndpoint(ctx, key);
  const secret = webhookSecret ?? endpoint?.secret ?? "";
  try {
    await store(ctx, { key, secret, checked, endpointId: endpoint?.id ?? null });
  } catch (error) {
    if (endpoint) await dropEndpoint(key, endpoint.id);
    throw error;
  }
  const { missing: _, ...account } = checked;
  return { ...account, fullAccess: isSecretKey(key) };
}

export function isSecretKey(keyOrHint: string): boolean {
  return keyOrHint.startsWith("sk_");
}

/** @throws invalid where a key is of another account than the connection, as far as Stripe tells both */
export function demandSameAccount(connection: { accountId: string; livemode: boolean }, checked: CheckedKey): void {
  const { accountId, livemode } = connection;
  if (livemode !== checked.livemode) {
    throw invalid({ key: `must be of ${livemode ? "live" : "test"} mode, as the connection is` });
  }
  if (accountId && checked.accountId && accountId !== checked.accountId) {
    throw invalid({ key: `is of another account than ${accountId}. To change accounts, disconnect this one first` });
  }
}

interface ToStore {
  key: string;
  secret: string;
  checked: CheckedKey;
  /** Of the endpoint that was made for it; null for one made by hand. */
  endpointId: string | null;
}

async function store(ctx: Ctx, { key, secret, checked, endpointId }: ToStore): Promise<void> {
  await transaction(async (tx) => {
    // Of two at once, one succeeds.
    const columns = { ...keyColumns(ctx, key, checked), ...secretColumn(ctx, secret), webhookEndpointId: endpointId };
    const [row] = await tx.stripeConnection.createManyAndReturn({
      data: [{ tenantId: ctx.tenant.id, ...columns }],
      skipDuplicates: true,
      select: { id: true },
    });
    if (!row) throw connectedAlready();
    const { accountId, accountName, livemode } = checked;
    const after = { account: accountId, name: accountName, livemode, endpointMade: endpointId !== null };
    await recordConnection(tx, ctx, { id: row.id, accountId, action: "billing.connected", after });
    // Who was a customer of this account before has missed what Stripe told meanwhile.
    const customers = { tenantId: ctx.tenant.id, stripeCustomerId: { not: null } };
    if (await tx.member.findFirst({ where: customers })) await requestReread(tx, ctx, null);
  });
}

function connectedAlready() {
  return conflict("A Stripe account is connected already. Set a new key, or disconnect it first.");
}
