import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { CALLER_FROM, type Caller, type CallerJson, callerOf, callerSql, type GrantJson, grantOf } from "./caller.ts";
import { accessOf, decideAccess } from "./decide-access.ts";
import { type PlaceRow, PRODUCT_SQL, placeIn, TENANT_SQL } from "./place.ts";

// What a caller can have to do with: the tenants where they are of the team, a member, or the robot, each with its products
// and the caller's grants of any. $3 is the one tenant that is meant, or null.
const FIND_NEAR: Statement = {
  name: "find_near",
  text: `
    SELECT t.slug, ${TENANT_SQL} AS tenant, ${callerSql({ tenant: "t.id", product: "NULL" })},
      (SELECT json_agg(json_build_array(p.slug, ${PRODUCT_SQL})) FROM products p
        WHERE p.tenant_id = t.id AND p.archived_at IS NULL) AS products,
      (SELECT json_agg(json_build_array(e.product_id, json_build_array(e.source, e.starts_at, e.expires_at)))
        FROM members m JOIN entitlements e ON e.member_id = m.id
        WHERE m.tenant_id = t.id AND m.user_id = u.id AND e.revoked_at IS NULL) AS grants
    FROM ${CALLER_FROM}
    JOIN tenants t ON t.archived_at IS NULL AND ($3::text IS NULL OR t.slug = $3) AND (t.id = a.tenant_id
      OR t.id IN (SELECT tenant_id FROM tenant_memberships WHERE user_id = u.id)
      OR t.id IN (SELECT tenant_id FROM members WHERE user_id = u.id))`,
};

interface NearRow {
  slug: string;
  tenant: NonNullable<PlaceRow["tenant"]>;
  caller: CallerJson;
  products: [slug: string, product: NonNullable<PlaceRow["product"]>][] | null;
  grants: [productId: string, grant: GrantJson][] | null;
}

/** A product of a tenant where a caller is somebody. */
export interface NearProduct {
  id: string;
  slug: string;
  tenantId: string;
  /** Whether the caller may pull it now. */
  pullable: boolean;
}

/**
 * The products, of whatever tenant or of the one that is named, that a caller may have to do with: the decision of a pull
 * for each, on facts that one statement reads.
 * @throws as decideAccess
 */
export async function listPullableProducts(principal: Principal, tenant: string | null = null): Promise<NearProduct[]> {
  const caller = principal.type === "token" ? [principal.tokenId, null] : [null, principal.userId];
  const rows = await queryPrepared<NearRow>(FIND_NEAR, [...caller, tenant]).catch((error) => {
    throw translated(error);
  });
  const near = rows.flatMap((row) => nearIn(principal, row));
  // Who is near no product is asked about here, whether their token still holds.
  if (near.length === 0) await decideAccess(principal, { name: "", tenant: "", product: "" }, "registry.pull");
  return near;
}

function nearIn(principal: Principal, { slug, tenant, caller, products, grants }: NearRow): NearProduct[] {
  const granted = Map.groupBy(grants ?? [], ([productId]) => productId);
  const somebody = callerOf(caller);
  return (products ?? []).map(([name, product]) => {
    const repository = { name: `${slug}/${name}`, tenant: slug, product: name };
    const place = placeIn({ tenant, product, repository_id: null });
    const asked: Caller = { ...somebody, grants: (granted.get(product.id) ?? []).map(([, grant]) => grantOf(grant)) };
    const { decision } = accessOf({ principal, repository, capability: "registry.pull", place, caller: asked });
    return { id: product.id, slug: name, tenantId: tenant.id, pullable: decision.allowed };
  });
}
