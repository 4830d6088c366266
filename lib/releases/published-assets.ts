import { type Prisma, query } from "#lib/db/index.ts";

const WITH_PLACE = {
  blob: { select: { storageKey: true, state: true } },
  release: {
    select: {
      id: true,
      version: true,
      channel: true,
      notes: true,
      publishedAt: true,
      product: { select: { id: true, slug: true, name: true } },
      tenant: { select: { slug: true, name: true } },
    },
  },
} satisfies Prisma.AssetInclude;

/** A file of a published release, with where it belongs. */
export type PublishedAsset = Prisma.AssetGetPayload<{ include: typeof WITH_PLACE }>;

/** A file of a published release by its id, whoever may have it; null where there is none. */
export async function findPublishedAsset(id: string): Promise<PublishedAsset | null> {
  const where = { id, release: { status: "published" as const } };
  return query((db) => db.asset.findFirst({ where, include: WITH_PLACE }));
}

export interface AssetPage {
  /** The asset after which the page begins. */
  after?: string;
  limit: number;
}

/** The files of the published releases of these products, newest first, a page at a time; whoever may have them. */
export async function pagePublishedAssets(
  productIds: readonly string[],
  { after, limit }: AssetPage,
): Promise<{ assets: PublishedAsset[]; next: string | null }> {
  if (productIds.length === 0) return { assets: [], next: null };
  const release = { status: "published" as const, productId: { in: [...productIds] } };
  const rows = await query((db) =>
    db.asset.findMany({
      where: { release, ...(after ? { id: { lt: after } } : {}) },
      include: WITH_PLACE,
      orderBy: { id: "desc" },
      take: limit + 1,
    }),
  );
  const assets = rows.slice(0, limit);
  return { assets, next: rows.length > limit ? (assets.at(-1)?.id ?? null) : null };
}
