import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { containing, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import type { ProductRow } from "./products.ts";

export const ProductFilter = z.strictObject({
  /** A part of the name or the slug, in any case. */
  search: z.string().trim().max(200).optional(),
  /** The slug after which the page begins. */
  after: z.string().max(63).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** The tenant's products that are not archived, by slug, a page at a time. @throws forbidden; invalid */
export async function pageProducts(
  ctx: Ctx,
  input: z.input<typeof ProductFilter> = {},
): Promise<{ products: ProductRow[]; next: string | null }> {
  await demand(ctx, "product.view");
  const { search, after, limit } = parse(ProductFilter, input);
  const contains = containing(search ?? "");
  const rows = await query((db) =>
    db.product.findMany({
      where: {
        tenantId: ctx.tenant.id,
        archivedAt: null,
        ...(after ? { slug: { gt: after } } : {}),
        ...(search ? { OR: [{ name: contains }, { slug: contains }] } : {}),
      },
      orderBy: { slug: "asc" },
      take: limit + 1,
    }),
  );
  const products = rows.slice(0, limit);
  return { products, next: rows.length > limit ? (products.at(-1)?.slug ?? null) : null };
}

/** A product by its id or its slug, for whoever may see products. @throws forbidden; not_found */
export async function viewProductNamed(ctx: Ctx, name: string): Promise<ProductRow> {
  await demand(ctx, "product.view");
  return productNamed(ctx, name);
}

/** A tenant's product by its id or its slug. @throws not_found for one of another tenant, an archived one, and none */
export async function productNamed(ctx: Pick<Ctx, "tenant">, name: string): Promise<ProductRow> {
  const byId = z.uuid().safeParse(name).success ? [{ id: name }] : [];
  const where = { tenantId: ctx.tenant.id, archivedAt: null, OR: [...byId, { slug: name }] };
  const product = await query((db) => db.product.findFirst({ where }));
  if (!product) throw notFound("product");
  return product;
}
