import { db, type Product } from "#lib/db/index.ts";
import type { Fixture } from "./fresh-tenant.ts";

/** Maps a price to a product as if Stripe had been asked; the account is connected in name alone. @returns the price's id */
export async function mapForTest({ tenant }: Pick<Fixture, "tenant">, product: Product): Promise<string> {
  const tenantId = tenant.id;
  const sealed = { restrictedKeyEncrypted: Buffer.from("k"), webhookSecretEncrypted: Buffer.from("s") };
  const account = { ...sealed, accountId: "acct_test", keyHint: "test", livemode: false };
  await db().stripeConnection.upsert({ where: { tenantId }, create: { tenantId, ...account }, update: {} });
  const priceId = `price_${product.slug}`;
  await db().stripePrice.create({ data: { tenantId, priceId, name: product.name, unitAmount: 900, currency: "eur" } });
  await db().stripePriceMapping.create({ data: { tenantId, priceId, productId: product.id } });
  return priceId;
}
