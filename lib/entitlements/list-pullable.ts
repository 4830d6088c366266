import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { CALLER_FROM, type CallerJson, callerOf, callerSql } from "./caller.ts";
import { accessOf, decideAccess } from "./decide-access.ts";
import { PLACE_SQL, type PlaceRow, placeIn } from "./place.ts";

// What a caller can have to do with: the products of the tenants where they are of the team, a member, or the robot, each
// with the facts of a decision. $3 is the one tenant that is meant, or null.
const FIND_NEAR_PRODUCTS: Statement = {
  name: "find_near_products",
  text: `
    SELECT p.id, t.slug AS tenant_slug, p.slug AS product_slug, ${PLACE_SQL}, ${callerSql({ tenant: "t.id", product: "p.id" })}
    FROM ${CALLER_FROM}
    JOIN tenants t ON t.archived_at IS NULL AND ($3::text IS NULL OR t.slug = $3) AND (t.id = a.tenant_id
      OR t.id IN (SELECT tenant_id FROM tenant_memberships WHERE user_id = u.id)
      OR t.id IN (SELECT tenant_id FROM members WHERE user_id = u.id))
    JOIN products p ON p.tenant_id = t.id AND p.archived_at IS NULL`,
};

interface NearRow extends Omit<PlaceRow, "repository_id"> {
  id: string;
  tenant_slug: string;
  product_slug: string;
  caller: CallerJson;
}

/**
 * The ids of the products, of whatever tenant or of the one that is named, that the caller may pull now: the decision of a
 * pull for each, on facts that one statement reads. `near` is how many there are to decide about.
 * @throws as decideAccess
 */
export async function listPullableProducts(
  principal: Principal,
  tenant: string | null = null,
): Promise<{ ids: string[]; near: number }> {
  const caller = principal.type === "token" ? [principal.tokenId, null] : [null, principal.userId];
  const rows = await queryPrepared<NearRow>(FIND_NEAR_PRODUCTS, [...caller, tenant]).catch((error) => {
    throw translated(error);
  });
  // Who is near no product is asked about here, whether their token still holds.
  if (rows.length === 0) await decideAccess(principal, { name: "", tenant: "", product: "" }, "registry.pull");
  const pullable = rows.filter((row) => mayPull(principal, row));
  return { ids: pullable.map(({ id }) => id), near: rows.length };
}

function mayPull(principal: Principal, row: NearRow): boolean {
  const { tenant_slug: tenant, product_slug: product } = row;
  const repository = { name: `${tenant}/${product}`, tenant, product };
  const facts = { place: placeIn({ ...row, repository_id: null }), caller: callerOf(row.caller) };
  return accessOf({ principal, repository, capability: "registry.pull", ...facts }).decision.allowed;
}
