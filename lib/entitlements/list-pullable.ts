import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { decideAccess } from "./decide-access.ts";

// What a caller can have to do with: the products of the tenants where they are of the team, a member, or the robot.
const FIND_NEAR_PRODUCTS: Statement = {
  name: "find_near_products",
  text: `
    SELECT p.id, t.slug AS tenant, p.slug AS product
    FROM (SELECT coalesce(a.user_id, $2::uuid) AS user_id, a.tenant_id
          FROM (SELECT $1::uuid AS token_id) asked LEFT JOIN access_tokens a ON a.id = asked.token_id) caller
    JOIN tenants t ON t.archived_at IS NULL AND (t.id = caller.tenant_id
      OR t.id IN (SELECT tenant_id FROM tenant_memberships WHERE user_id = caller.user_id)
      OR t.id IN (SELECT tenant_id FROM members WHERE user_id = caller.user_id))
    JOIN products p ON p.tenant_id = t.id AND p.archived_at IS NULL`,
};

/**
 * The ids of the products, of whatever tenant, that the caller may pull now: the decision of a pull for each.
 * @throws as decideAccess
 */
export async function listPullableProducts(principal: Principal): Promise<string[]> {
  const pullable: string[] = [];
  for (const { id, tenant, product } of await nearProducts(principal)) {
    const name = `${tenant}/${product}`;
    const { decision } = await decideAccess(principal, { name, tenant, product }, "registry.pull");
    if (decision.allowed) pullable.push(id);
  }
  return pullable;
}

/**
 * The products, not archived, of the tenants where the caller is of the team, a member, or the robot: not yet those they
 * may have. @throws as decideAccess
 */
export async function nearProducts(principal: Principal): Promise<NearProduct[]> {
  // Who is near no product is asked about here, whether their token still holds.
  await decideAccess(principal, { name: "", tenant: "", product: "" }, "registry.pull");
  const values = principal.type === "token" ? [principal.tokenId, null] : [null, principal.userId];
  return queryPrepared<NearProduct>(FIND_NEAR_PRODUCTS, values).catch((error) => {
    throw translated(error);
  });
}

export interface NearProduct {
  id: string;
  tenant: string;
  product: string;
}
