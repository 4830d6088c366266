import type Stripe from "stripe";
import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { log } from "../log.ts";
import { LruCache } from "../lru-cache.ts";
import { clientFor, openedHere, sealContext } from "./stripe-client.ts";

/** A tenant with its Stripe account, as events and readings need it. */
export interface Account {
  tenant: Ctx["tenant"];
  /** Of the connection: another one after it was disconnected, to the same account too. */
  connectionId: string;
  accountId: string;
  livemode: boolean;
  stripe: Stripe;
  webhookSecret: string;
}

const COLUMNS = `
  SELECT t.id, t.slug, t.name, c.id AS connection_id, c.account_id, c.livemode, c.restricted_key_encrypted, c.webhook_secret_encrypted
  FROM tenants t JOIN stripe_connections c ON c.tenant_id = t.id`;

const BY_SLUG: Statement = {
  name: "stripe_account_by_slug",
  text: `${COLUMNS} WHERE t.slug = $1 AND t.deleted_at IS NULL`,
};
const BY_ID: Statement = {
  name: "stripe_account_by_id",
  text: `${COLUMNS} WHERE t.id = $1 AND t.deleted_at IS NULL`,
};
const ALL: Statement = { name: "stripe_accounts", text: `${COLUMNS} WHERE t.deleted_at IS NULL ORDER BY t.id` };

interface Row {
  id: string;
  slug: string;
  name: string;
  connection_id: string;
  account_id: string;
  livemode: boolean;
  restricted_key_encrypted: Buffer;
  webhook_secret_encrypted: Buffer;
}

/** The account of the tenant with that slug; null for no such tenant, and for one that connected none. */
export async function findAccount(slug: string): Promise<Account | null> {
  return (await accounts(BY_SLUG, [slug]))[0] ?? null;
}

/** The same by the tenant's id. */
export async function findAccountOf(tenantId: string): Promise<Account | null> {
  return (await accounts(BY_ID, [tenantId]))[0] ?? null;
}

/** Every tenant's that has connected one, but for those whose key can't be opened, of which the log tells. */
export async function listAccounts(): Promise<Account[]> {
  const rows = await readRows(ALL, []);
  return rows.flatMap((row) => {
    try {
      return [accountOf(row)];
    } catch (error) {
      log.error({ tenant: row.slug, error: (error as Error).message }, "the key of a Stripe account can't be opened");
      return [];
    }
  });
}

async function accounts(statement: Statement, values: readonly string[]): Promise<Account[]> {
  return (await readRows(statement, values)).map(accountOf);
}

async function readRows(statement: Statement, values: readonly string[]): Promise<Row[]> {
  try {
    return await queryPrepared<Row>(statement, values);
  } catch (error) {
    throw translated(error);
  }
}

function accountOf(row: Row): Account {
  return {
    tenant: { id: row.id, slug: row.slug, name: row.name },
    connectionId: row.connection_id,
    accountId: row.account_id,
    livemode: row.livemode,
    stripe: clientFor(opened(row.restricted_key_encrypted, sealContext(row.id, "key"))),
    webhookSecret: opened(row.webhook_secret_encrypted, sealContext(row.id, "webhook-secret")),
  };
}

const SECRETS_KEPT = 1000;
const secrets = new LruCache<string>(SECRETS_KEPT);

// By the sealed bytes: what is sealed anew is opened anew. Sealed with another instance's key it can't be.
function opened(sealed: Buffer, context: string): string {
  const key = `${context} ${sealed.toString("base64")}`;
  const known = secrets.get(key);
  if (known !== undefined) return known;
  const secret = openedHere(sealed, context);
  secrets.set(key, secret);
  return secret;
}
