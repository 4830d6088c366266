import { listBlobRepositories, mountBlob, parseRepositoryName, type RepositoryName } from "#lib/catalog/index.ts";
import { readBlob } from "#lib/entitlements/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { type Digest, isDigest } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";

interface Push {
  principal: Principal;
  repository: RepositoryName;
  /** The request's `mount` and `from`. */
  query: URLSearchParams;
}

/**
 * Mounts the blob that `?mount=` names (distribution-spec, "Mounting a blob from another repository"): from the repository
 * that `from` names, or from any of the tenant where the caller may pull it.
 * @returns its digest, or null where it can't be mounted: the client sends the bytes then
 */
export async function tryMount(ctx: Ctx, { principal, repository, query }: Push): Promise<Digest | null> {
  const digest = query.get("mount") ?? "";
  if (!isDigest(digest)) return null;
  for (const source of await sourcesOf(ctx, { repository, digest, from: query.get("from") })) {
    const { access, blob } = await readBlob(principal, source, digest);
    if (!access.decision.allowed || !access.repositoryId || !blob) continue;
    if (await mountBlob(ctx, { repository, digest, fromId: access.repositoryId })) return digest;
  }
  return null;
}

async function sourcesOf(
  ctx: Ctx,
  { repository, digest, from }: { repository: RepositoryName; digest: string; from: string | null },
): Promise<RepositoryName[]> {
  if (from === null) return listBlobRepositories(ctx, { repository, digest });
  const named = parseRepositoryName(from);
  return named && named.tenant === repository.tenant ? [named] : [];
}
