import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Prisma, query, type Tx, transaction } from "#lib/db/index.ts";
import { Slug } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";

export type ProductRow = Prisma.ProductGetPayload<object>;

export const CreateProduct = z.strictObject({
  slug: Slug,
  name: z.string().trim().min(1, "is missing").max(100),
  description: z.string().trim().max(2000).default(""),
  requiresEntitlement: z.boolean().default(false),
  visibility: z.enum(["listed", "hidden"]).default("listed"),
});

/** Adds a product. @throws conflict where the tenant ever had one of that slug; invalid; forbidden */
export async function createProduct(ctx: Ctx, input: z.input<typeof CreateProduct>): Promise<ProductRow> {
  await demand(ctx, "product.create");
  const data = parse(CreateProduct, input);
  return transaction(async (tx) => {
    const key = { tenantId_slug: { tenantId: ctx.tenant.id, slug: data.slug } };
    if (await tx.product.findUnique({ where: key })) throw conflict(`There is a product called ${data.slug} already.`);
    const product = await tx.product.create({ data: { ...data, tenantId: ctx.tenant.id } });
    await record(tx, ctx, {
      action: "product.created",
      subject: { type: "product", id: product.id, label: product.slug },
      after: data,
    });
    return product;
  });
}

/** @throws not_found for a product of another tenant, or none */
export async function productInTenant(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<ProductRow> {
  const product = await tx.product.findUnique({ where: { tenantId_id: { tenantId: ctx.tenant.id, id } } });
  if (!product) throw notFound("product");
  return product;
}

export interface ProductSummary extends ProductRow {
  repositories: { id: string; name: string; tags: { name: string; updatedAt: Date }[] }[];
}

/** The tenant's products that are not archived, by name, each with its repositories and their newest tags. */
export async function listProducts(ctx: Ctx): Promise<ProductSummary[]> {
  await demand(ctx, "product.view");
  return query((db) => productSummaries(db, { tenantId: ctx.tenant.id, archivedAt: null }));
}

const TAGS_SHOWN = 5;

/** Products with their repositories and newest tags, for lists: three statements, whatever there is. */
export async function productSummaries(db: Tx, where: Prisma.ProductWhereInput): Promise<ProductSummary[]> {
  const products = await db.product.findMany({
    where,
    include: { repositories: { select: { id: true, name: true }, orderBy: { name: "asc" } } },
    orderBy: { name: "asc" },
  });
  const ids = products.flatMap(({ repositories }) => repositories.map(({ id }) => id));
  const rows = await db.$queryRaw<{ repositoryId: string; name: string; updatedAt: Date }[]>`
    SELECT r.id AS "repositoryId", t.name, t.updated_at AS "updatedAt" FROM unnest(${ids}::uuid[]) AS r (id)
    CROSS JOIN LATERAL (SELECT name, updated_at FROM tags WHERE repository_id = r.id
      ORDER BY updated_at DESC, name DESC LIMIT ${TAGS_SHOWN}) t`;
  const tags = Map.groupBy(rows, ({ repositoryId }) => repositoryId);
  return products.map((product) => ({
    ...product,
    repositories: product.repositories.map(({ id, name }) => ({
      id,
      name,
      tags: (tags.get(id) ?? []).map(({ name, updatedAt }) => ({ name, updatedAt })),
    })),
  }));
}
