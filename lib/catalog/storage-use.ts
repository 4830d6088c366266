import { demand } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import { type Holdings, holdingsOf } from "#lib/uploads/index.ts";
import type { Ctx } from "../context.ts";

export interface StorageUse extends Holdings {
  repositories: number;
  /** The largest first. What two products share counts for both, and once for the workspace. */
  products: { slug: string; name: string; bytes: number; repositories: RepositoryUse[] }[];
}

interface RepositoryUse {
  name: string;
  blobs: number;
  bytes: number;
}

const REPOSITORIES_MAX = 200;

/** What a tenant keeps, by product and repository, and how much it may. @throws forbidden without `tenant.view` */
export async function viewStorageUse(ctx: Ctx): Promise<StorageUse> {
  await demand(ctx, "tenant.view");
  return query(async (db) => {
    const [holdings, count, products, largest] = await Promise.all([
      holdingsOf(db, ctx.tenant.id),
      db.repository.count({ where: { tenantId: ctx.tenant.id } }),
      productSizes(db, ctx),
      repositorySizes(db, ctx),
    ]);
    const of = (slug: string) => largest.filter((row) => row.slug === slug).map(({ slug: _, ...row }) => numbers(row));
    return {
      ...holdings,
      repositories: count,
      products: products.map(({ slug, name, bytes }) => ({ slug, name, bytes: Number(bytes), repositories: of(slug) })),
    };
  });
}

function numbers({ name, blobs, bytes }: { name: string; blobs: bigint; bytes: bigint }): RepositoryUse {
  return { name, blobs: Number(blobs), bytes: Number(bytes) };
}

function productSizes(db: Tx, { tenant }: Ctx): Promise<{ slug: string; name: string; bytes: bigint }[]> {
  return db.$queryRaw`
    SELECT p.slug, p.name, coalesce(sum(b.size), 0)::bigint AS bytes
    FROM products p
    LEFT JOIN (SELECT r.product_id, rb.digest FROM repositories r JOIN repository_blobs rb ON rb.repository_id = r.id
      WHERE r.tenant_id = ${tenant.id}::uuid
      UNION SELECT rel.product_id, a.blob_digest FROM releases rel JOIN assets a ON a.release_id = rel.id
      WHERE rel.tenant_id = ${tenant.id}::uuid) held ON held.product_id = p.id
    LEFT JOIN blobs b ON b.digest = held.digest
    WHERE p.tenant_id = ${tenant.id}::uuid
    GROUP BY p.id ORDER BY bytes DESC, p.slug`;
}

type Sized = { slug: string; name: string; blobs: bigint; bytes: bigint };

function repositorySizes(db: Tx, { tenant }: Ctx): Promise<Sized[]> {
  return db.$queryRaw`
    SELECT p.slug, r.name, count(b.digest) AS blobs, coalesce(sum(b.size), 0)::bigint AS bytes
    FROM repositories r JOIN products p ON p.id = r.product_id
    LEFT JOIN repository_blobs rb ON rb.repository_id = r.id LEFT JOIN blobs b ON b.digest = rb.digest
    WHERE r.tenant_id = ${tenant.id}::uuid
    GROUP BY p.slug, r.name ORDER BY bytes DESC, r.name LIMIT ${REPOSITORIES_MAX}`;
}
