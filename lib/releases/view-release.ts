import { demand } from "#lib/audit/index.ts";
import { imagePlatforms } from "#lib/catalog/index.ts";
import { type Prisma, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { type ReleaseRow, releaseInTenant, releaseNamed } from "./find-release.ts";

const ASSET = {
  id: true,
  filename: true,
  os: true,
  arch: true,
  size: true,
  sha256: true,
  sha512: true,
  signsId: true,
  createdAt: true,
} satisfies Prisma.AssetSelect;

export interface ReleaseImage {
  repository: { id: string; name: string };
  digest: string;
  /** The tag by which it was tied. */
  tag: string | null;
  /** `linux/amd64`, …; none where the image says none. */
  platforms: string[];
  tiedAt: Date;
  /** false: the manifest was deleted meanwhile, which only a draft and an archived release allow. */
  isThere: boolean;
}

export interface ReleaseView extends ReleaseRow {
  /** Its files, by name. */
  assets: ReleaseAsset[];
  images: ReleaseImage[];
}

/** A file of a release; `size` in bytes. */
export type ReleaseAsset = Omit<Prisma.AssetGetPayload<{ select: typeof ASSET }>, "size"> & { size: number };

/**
 * A release with its files and images, by its id or by its product and version.
 * @throws forbidden without `release.view`; not_found for one of another tenant, and none
 */
export async function viewRelease(
  ctx: Ctx,
  asked: { releaseId: string } | { productId: string; version: string },
): Promise<ReleaseView> {
  await demand(ctx, "release.view");
  const id = "releaseId" in asked ? asked.releaseId : (await releaseNamed(ctx, asked)).id;
  return query(async (db) => {
    const release = await releaseInTenant(db, ctx, id);
    const where = { tenantId: ctx.tenant.id, releaseId: release.id };
    const assets = await db.asset.findMany({ where, select: ASSET, orderBy: { filename: "asc" } });
    return {
      ...release,
      assets: assets.map((asset) => ({ ...asset, size: Number(asset.size) })),
      images: await imagesOf(db, release.id),
    };
  });
}

async function imagesOf(db: Tx, releaseId: string): Promise<ReleaseImage[]> {
  const rows = await db.releaseImage.findMany({
    where: { releaseId },
    include: { repository: { select: { id: true, name: true } } },
    orderBy: [{ repository: { name: "asc" } }, { tag: "asc" }, { digest: "asc" }],
  });
  const platforms = new Map<string, string[]>();
  for (const [repositoryId, some] of Map.groupBy(rows, (row) => row.repositoryId)) {
    const known = await imagePlatforms(
      db,
      repositoryId,
      some.map(({ digest }) => digest),
    );
    for (const [digest, names] of known) platforms.set(`${repositoryId} ${digest}`, names);
  }
  return rows.map(({ repository, digest, tag, tiedAt, manifestDigest }) => ({
    ...{ repository, digest, tag, tiedAt, isThere: manifestDigest !== null },
    platforms: platforms.get(`${repository.id} ${digest}`) ?? [],
  }));
}
