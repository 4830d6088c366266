import { z } from "zod";
import type { Principal } from "#lib/identity/index.ts";
import { findPublishedAsset, type PublishedAsset, pagePublishedAssets } from "#lib/releases/index.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { type Access, decideAccess } from "./decide-access.ts";
import { listPullableProducts } from "./list-pullable.ts";

export const DownloadFilter = z.strictObject({
  /** The vendor's slug; without it the files of all vendors. */
  tenant: z.string().max(63).optional(),
  /** The file after which the page begins. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

interface Downloads {
  assets: PublishedAsset[];
  next: string | null;
}

/**
 * The files of published releases that the caller may have now, newest first: of each product the decision of a pull. What
 * they may not have is not in it.
 * @throws not_found for a vendor to whom the caller is nobody, there or not; as decideAccess
 */
export async function listDownloads(
  principal: Principal,
  input: z.input<typeof DownloadFilter> = {},
): Promise<Downloads> {
  const { tenant, ...page } = parse(DownloadFilter, input);
  const { ids, near } = await listPullableProducts(principal, tenant || null);
  if (tenant && near === 0) await demandPlaceAt(principal, tenant);
  return pagePublishedAssets(ids, page);
}

/**
 * The same of one product, by its slug. One that the caller may not have is like one that is not there.
 * @throws not_found; as decideAccess
 */
export async function listProductDownloads(
  principal: Principal,
  { product, ...input }: z.input<typeof DownloadFilter> & { product: string },
): Promise<Downloads> {
  const { tenant = "", ...page } = parse(DownloadFilter, input);
  const { decision, productId } = await decideAccess(principal, placeNamed({ tenant, product }), "registry.pull");
  if (!decision.allowed || !productId) throw notFound("product");
  return pagePublishedAssets([productId], page);
}

/**
 * Decides about a file of a published release and finds it: the decision of a pull of its product. Null where there is no
 * such file. @throws as decideAccess
 */
export async function readAsset(
  principal: Principal,
  assetId: string,
): Promise<{ access: Access; asset: PublishedAsset } | null> {
  const asset = z.uuid().safeParse(assetId).success ? await findPublishedAsset(assetId) : null;
  const { tenant, product } = asset?.release ?? { tenant: { slug: "" }, product: { slug: "" } };
  const place = placeNamed({ tenant: tenant.slug, product: product.slug });
  // Asked about nothing, too: whether the token still holds.
  const access = await decideAccess(principal, place, "registry.pull");
  return asset && { access, asset };
}

function placeNamed({ tenant, product }: { tenant: string; product: string }) {
  return { name: `${tenant}/${product}`, tenant, product };
}

// Of the team, a member or its robot, of a tenant that has no product yet.
async function demandPlaceAt(principal: Principal, tenant: string): Promise<void> {
  const { memberId, actor } = await decideAccess(principal, placeNamed({ tenant, product: "" }), "registry.pull");
  const onTeam = "role" in actor && actor.role !== null;
  const robot = actor.type === "token" && actor.kind === "robot" && actor.scopes.length > 0;
  if (!memberId && !onTeam && !robot) throw notFound("vendor");
}
