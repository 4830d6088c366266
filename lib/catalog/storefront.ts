import { query } from "#lib/db/index.ts";
import { Slug } from "#lib/tenancy/index.ts";
import { notFound } from "../errors.ts";

export interface Storefront {
  tenant: { id: string; slug: string; name: string; graceDays: number };
  /** `restricted`: not open with the membership alone. */
  products: { id: string; slug: string; name: string; description: string; restricted: boolean }[];
}

/**
 * What a tenant shows to everybody: its listed products, by name. It asks for no right and holds nothing of its members.
 * @throws not_found, in the same words, for a tenant without a storefront, an archived one, and none
 */
export async function viewStorefront(slug: string): Promise<Storefront> {
  if (!Slug.safeParse(slug).success) throw notFound("page");
  const product = { id: true, slug: true, name: true, description: true, requiresEntitlement: true } as const;
  const tenant = await query((db) =>
    db.tenant.findFirst({
      where: { slug, storefrontEnabled: true, archivedAt: null, deletedAt: null },
      select: {
        id: true,
        slug: true,
        name: true,
        graceDays: true,
        products: { where: { visibility: "listed", archivedAt: null }, select: product, orderBy: { name: "asc" } },
      },
    }),
  );
  if (!tenant) throw notFound("page");
  const { products, ...shown } = tenant;
  return {
    tenant: shown,
    products: products.map(({ requiresEntitlement: restricted, ...rest }) => ({ ...rest, restricted })),
  };
}
