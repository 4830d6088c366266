import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { lockedRepository, unknownTo } from "./repositories.ts";
import type { RepositoryName } from "./repository-name.ts";

export interface UnlinkBlob {
  repository: RepositoryName;
  digest: string;
}

/**
 * Takes a blob out of a repository (distribution-spec, "Deleting Blobs"); its bytes go with the last repository that has it.
 * @throws forbidden without `registry.delete`; not_found, with reason BLOB_UNKNOWN; conflict while a manifest refers to it
 */
export async function unlinkBlob(ctx: Ctx, { repository, digest }: UnlinkBlob): Promise<void> {
  await demand(ctx, "registry.delete");
  await transaction(async (tx) => {
    const row = await lockedRepository(tx, ctx, repository);
    const key = { repositoryId: row.id, digest };
    const link = await tx.repositoryBlob.findUnique({ where: { repositoryId_digest: key }, select: { digest: true } });
    if (!link) throw unknownTo("BLOB_UNKNOWN", "blob");
    const user = await tx.manifestReference.findFirst({
      where: { ...key, kind: { not: "manifest" } },
      select: { manifest: { select: { digest: true } } },
    });
    if (user) {
      throw conflict(`The manifest ${user.manifest.digest} refers to this blob: delete the manifest first.`, {
        reason: "in_a_manifest",
      });
    }
    await tx.repositoryBlob.delete({ where: { repositoryId_digest: key }, select: { digest: true } });
    await record(tx, ctx, {
      action: "registry.deletedBlob",
      subject: { type: "repository", id: row.id, label: `${row.name}@${digest}` },
    });
  });
}
