import { noSql, type Product, sql, type Tenant, type Tx } from "#lib/db/index.ts";
import { holdsSql, inGoodStandingSql } from "#lib/entitlements/index.ts";

interface About {
  tenantId: string;
  product: Product;
  tenant: Tenant;
}

/** The members who may have a product now, have proven their address, and want to be told of new versions. */
export async function listRecipients(tx: Tx, { tenantId, product, tenant }: About): Promise<string[]> {
  const asOf = { now: new Date(), graceDays: tenant.graceDays };
  // As the decision has it: a hidden product is there for who was given it alone.
  const granted = product.requiresEntitlement || product.visibility === "hidden";
  const rows = await tx.$queryRaw<{ id: string }[]>(sql`
    SELECT m.id::text FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = ${tenantId}::uuid AND m.release_mail AND u.email_verified_at IS NOT NULL
      AND ${inGoodStandingSql(asOf)} ${granted ? sql`AND ${holdsSql(product.id, asOf)}` : noSql}
    ORDER BY m.id`);
  return rows.map(({ id }) => id);
}
