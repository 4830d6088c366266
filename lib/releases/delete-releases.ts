import type { Tx } from "#lib/db/index.ts";
import type { ReleaseRow } from "./find-release.ts";

/**
 * Deletes locked releases of a product with their files and ties; writes no audit row. The versions stay taken, the images stay
 * where they are, and bytes that nothing else needs go with the next clean-up.
 */
export async function deleteReleases(
  tx: Tx,
  releases: readonly Pick<ReleaseRow, "id" | "tenantId" | "productId" | "version" | "versionKey">[],
): Promise<void> {
  const ofThem = { releaseId: { in: releases.map(({ id }) => id) } };
  await tx.releaseImage.deleteMany({ where: ofThem });
  await tx.asset.deleteMany({ where: ofThem });
  await tx.deletedVersion.createMany({
    data: releases.map(({ id: releaseId, tenantId, productId, version, versionKey }) => ({
      tenantId,
      productId,
      version,
      versionKey,
      releaseId,
    })),
  });
  await tx.release.deleteMany({ where: { id: ofThem.releaseId } });
}

/** Locks a product: its versions are given out and taken back one after the other. */
export async function lockProduct(tx: Tx, { tenantId, productId }: { tenantId: string; productId: string }) {
  await tx.$queryRaw`
    SELECT id FROM products WHERE tenant_id = ${tenantId}::uuid AND id = ${productId}::uuid FOR NO KEY UPDATE`;
}
