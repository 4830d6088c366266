import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { containing, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import type { ProductRow } from "./products.ts";

/** One product, by its slug. @throws forbidden; not_found */
export async function viewProduct(ctx: Ctx, slug: string): Promise<ProductRow> {
  await demand(ctx, "product.view");
  const key = { tenantId_slug: { tenantId: ctx.tenant.id, slug } };
  const product = await query((db) => db.product.findUnique({ where: key }));
  if (!product || product.archivedAt) throw notFound("product");
  return product;
}

export const RepositoryFilter = z.strictObject({
  /** A part of the name. */
  search: z.string().trim().max(200).optional(),
  /** The name after which the page begins. */
  after: z.string().max(255).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

export interface RepositorySummary {
  id: string;
  name: string;
  tags: number;
  /** Of all blobs in it, each once. */
  bytes: number;
  pushedAt: Date | null;
  /** In the last 30 days. */
  pulls: number;
}

interface SummaryRow extends Omit<RepositorySummary, "tags" | "bytes" | "pulls"> {
  tags: bigint;
  bytes: bigint;
  pulls: bigint;
}

/** A product's repositories by name, a page at a time. */
export async function listProductRepositories(
  ctx: Ctx,
  productId: string,
  input: z.input<typeof RepositoryFilter> = {},
): Promise<{ repositories: RepositorySummary[]; next: string | null }> {
  await demand(ctx, "product.view");
  const { search, after, limit } = parse(RepositoryFilter, input);
  const rows = await query(async (db) => {
    const name = { ...(search && containing(search)), ...(after && { gt: after }) };
    const found = await db.repository.findMany({
      where: { tenantId: ctx.tenant.id, productId, name },
      select: { id: true },
      orderBy: { name: "asc" },
      take: limit + 1,
    });
    // Each part by an index, for the repositories of this page alone.
    return db.$queryRaw<SummaryRow[]>`
      SELECT r.id, r.name,
        (SELECT count(*) FROM tags t WHERE t.repository_id = r.id) AS tags,
        (SELECT coalesce(sum(b.size), 0)::bigint FROM repository_blobs rb JOIN blobs b ON b.digest = rb.digest
          WHERE rb.repository_id = r.id) AS bytes,
        (SELECT t.updated_at FROM tags t WHERE t.repository_id = r.id ORDER BY t.updated_at DESC LIMIT 1) AS "pushedAt",
        (SELECT coalesce(sum(p.pulls), 0)::bigint FROM pull_days p
          WHERE p.repository_id = r.id AND p.day > (now() AT TIME ZONE 'UTC')::date - 30) AS pulls
      FROM repositories r WHERE r.id = ANY(${found.map(({ id }) => id)}::uuid[]) ORDER BY r.name`;
  });
  const repositories = rows.slice(0, limit).map((row) => ({
    ...row,
    tags: Number(row.tags),
    bytes: Number(row.bytes),
    pulls: Number(row.pulls),
  }));
  return { repositories, next: rows.length > limit ? (repositories.at(-1)?.name ?? null) : null };
}
