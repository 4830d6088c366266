import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { lockedRepository, type RepositoryRow, repositoryById } from "./repositories.ts";
import { isTag } from "./repository-name.ts";

/**
 * An image of a repository by tag or digest, which stays until the transaction ends: the repository is locked.
 * @throws not_found for a repository of another tenant or none, and where there is no such image
 */
export async function lockedImage(
  tx: Tx,
  ctx: Ctx,
  { repositoryId, reference }: { repositoryId: string; reference: string },
): Promise<{ repository: RepositoryRow; digest: string; tag: string | null }> {
  const { name } = await repositoryById(tx, ctx, repositoryId);
  const repository = await lockedRepository(tx, ctx, { name, tenant: ctx.tenant.slug, product: "" });
  if (isTag(reference)) {
    const key = { repositoryId_name: { repositoryId: repository.id, name: reference } };
    const tag = await tx.tag.findUnique({ where: key, select: { digest: true } });
    if (!tag) throw notFound(`tag in ${name}`);
    return { repository, digest: tag.digest, tag: reference };
  }
  const key = { repositoryId_digest: { repositoryId: repository.id, digest: reference } };
  const manifest = await tx.manifest.findUnique({ where: key, select: { digest: true } });
  if (!manifest) throw notFound(`image in ${name}`);
  return { repository, digest: manifest.digest, tag: null };
}
