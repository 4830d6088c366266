import { demand } from "#lib/audit/index.ts";
import { query, queryPrepared, type Statement, transaction, translated } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { linkBlob } from "./quota.ts";
import { ensureRepository } from "./repositories.ts";
import { parseRepositoryName, type RepositoryName } from "./repository-name.ts";

/** Which of the tenant's repositories have a blob: the asked one first, then the newest, at most `CANDIDATES_MAX`. */
export async function listBlobRepositories(
  ctx: Ctx,
  { repository, digest }: { repository: RepositoryName; digest: string },
): Promise<RepositoryName[]> {
  const rows = await query(
    (db) => db.$queryRaw<{ name: string }[]>`
      SELECT r.name FROM repository_blobs rb JOIN repositories r ON r.id = rb.repository_id
      WHERE rb.digest = ${digest} AND rb.tenant_id = ${ctx.tenant.id}::uuid
      ORDER BY r.name = ${repository.name} DESC, rb.created_at DESC LIMIT ${CANDIDATES_MAX}`,
  );
  return rows.flatMap(({ name }) => parseRepositoryName(name) ?? []);
}

const CANDIDATES_MAX = 10;

export interface MountBlob {
  repository: RepositoryName;
  digest: string;
  /** A repository of the tenant where the caller may pull the blob: whoever calls has asked. */
  fromId: string;
}

/**
 * Makes a blob of one repository one of another, without its bytes being sent (distribution-spec, "Mounting a blob from
 * another repository"). @returns false where it is not there any more @throws forbidden; not_found without the product
 */
export async function mountBlob(ctx: Ctx, { repository, digest, fromId }: MountBlob): Promise<boolean> {
  await demand(ctx, "registry.push");
  return transaction(async (tx) => {
    const row = await ensureRepository(tx, ctx, repository);
    // Locked until the commit, so that a clean-up finds either the new link or no blob at all.
    const live = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM repository_blobs rb JOIN blobs b ON b.digest = rb.digest
      WHERE rb.repository_id = ${fromId}::uuid AND rb.tenant_id = ${ctx.tenant.id}::uuid AND rb.digest = ${digest}
        AND b.state = 'live' FOR SHARE OF b`;
    if (live.length === 0) return false;
    await linkBlob(tx, ctx, { repositoryId: row.id, digest, size: 0 });
    return true;
  });
}

const COUNT_ON: Statement = {
  name: "count_on_blob",
  text: "UPDATE repository_blobs SET touched_at = now() WHERE repository_id = $1 AND digest = $2 RETURNING 1",
};

/**
 * Notes that somebody who may push was told of a blob that no manifest refers to yet: they won't send it again, so the
 * clean-up's grace begins anew. @returns whether the blob is still the repository's
 */
export async function countOnBlob(repositoryId: string, digest: string): Promise<boolean> {
  try {
    return (await queryPrepared(COUNT_ON, [repositoryId, digest])).length > 0;
  } catch (error) {
    // Reading works where nothing can be written (SQLSTATE 25006 and 42501): no clean-up runs there either.
    if (["25006", "42501"].includes(String((error as { code?: unknown }).code))) return true;
    throw translated(error);
  }
}
