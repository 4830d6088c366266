import { noSql, type Product, type Sql, sql, type Tenant, type Tx } from "#lib/db/index.ts";
import { holdsSql, inGoodStandingSql } from "#lib/entitlements/index.ts";

export interface About {
  tenantId: string;
  product: Product;
  tenant: Tenant;
}

/** The members who are to be told of a product's new version. */
export async function listRecipients(tx: Tx, about: About): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>(sql`
    SELECT m.id::text FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = ${about.tenantId}::uuid AND ${isToldSql(about)} ORDER BY m.id`);
  return rows.map(({ id }) => id);
}

/** Whether the member `m`, the user `u`, may have a product now, has proven their address, and wants to be told. */
export function isToldSql({ product, tenant }: About): Sql {
  const asOf = { now: new Date(), graceDays: tenant.graceDays };
  // As the decision has it: a hidden product is there for who was given it alone.
  const granted = product.requiresEntitlement || product.visibility === "hidden";
  return sql`m.release_mail AND u.email_verified_at IS NOT NULL
    AND ${inGoodStandingSql(asOf)} ${granted ? sql`AND ${holdsSql(product.id, asOf)}` : noSql}`;
}
