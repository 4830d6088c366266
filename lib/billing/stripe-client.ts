import Stripe from "stripe";
import { query, type StripeConnection } from "#lib/db/index.ts";
import { env } from "../env.ts";
import { conflict } from "../errors.ts";
import { LruCache } from "../lru-cache.ts";
import { unseal } from "../seal.ts";

// What the shapes in this room were written for: an account's own default may be older.
export const API_VERSION = "2026-10-28.endive";
const TIMEOUT_MS = 20_000;
const CLIENTS_KEPT = 200;

const clients = new LruCache<Stripe>(CLIENTS_KEPT);

/** What the sealed key or secret of a tenant's connection is bound to (lib/seal.ts). */
export function sealContext(tenantId: string, column: "key" | "webhook-secret"): string {
  return `stripe_connections ${tenantId} ${column}`;
}

/** Speaks to Stripe, or to what STRIPE_API_URL names, with a key. */
export function clientFor(key: string): Stripe {
  const known = clients.get(key);
  if (known) return known;
  const { hostname, port, protocol } = new URL(env().STRIPE_API_URL);
  const client = new Stripe(key, {
    apiVersion: API_VERSION,
    host: hostname,
    port: port || (protocol === "https:" ? 443 : 80),
    protocol: protocol === "https:" ? "https" : "http",
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 2,
    telemetry: false,
  });
  clients.set(key, client, 1);
  return client;
}

/**
 * Speaks to a tenant's own Stripe account.
 * @throws conflict where the tenant has connected none, or its key can't be opened here
 */
export async function stripeOf(tenantId: string): Promise<Stripe> {
  const row = await query((db) => db.stripeConnection.findUnique({ where: { tenantId } }));
  if (!row) throw conflict("No Stripe account is connected. An owner connects one on the billing page.");
  return clientFor(keyOf(row));
}

/** The key of a connection. @throws conflict where it was sealed with another PURSER_SECRET */
export function keyOf({ tenantId, restrictedKeyEncrypted }: Sealed): string {
  return openedHere(restrictedKeyEncrypted, sealContext(tenantId, "key"));
}

/** The same; null where it can't be opened here. */
export function readableKey(connection: Sealed): string | null {
  try {
    return keyOf(connection);
  } catch {
    return null; // the caller says what that means
  }
}

type Sealed = Pick<StripeConnection, "tenantId" | "restrictedKeyEncrypted">;

/** What was sealed for a place. @throws conflict where it was sealed with another PURSER_SECRET */
export function openedHere(sealed: Uint8Array, context: string): string {
  try {
    return unseal(sealed, context);
  } catch (cause) {
    throw conflict("The key of the Stripe account can't be opened here. An owner sets it anew on the billing page.", {
      cause,
    });
  }
}
