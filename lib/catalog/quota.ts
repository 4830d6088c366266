import type { Tx } from "#lib/db/index.ts";
import { holdingsOf, refuseBeyondQuota, wayOutOfQuota } from "#lib/uploads/index.ts";
import type { Ctx } from "../context.ts";
import { AppError } from "../errors.ts";
import { plural } from "../format.ts";

interface NewLink {
  repositoryId: string;
  digest: string;
  size: number;
}

/**
 * Makes a blob one of a repository, where the tenant may keep it.
 * @throws forbidden with reason quota_bytes
 */
export async function linkBlob(tx: Tx, ctx: Ctx, { repositoryId, digest, size }: NewLink): Promise<void> {
  const links = await tx.$queryRaw<{ made: boolean }[]>`
    INSERT INTO repository_blobs (tenant_id, repository_id, digest)
    VALUES (${ctx.tenant.id}::uuid, ${repositoryId}::uuid, ${digest})
    ON CONFLICT (repository_id, digest) DO UPDATE SET touched_at = now() RETURNING xmax = 0 AS made`;
  if (links[0]?.made) await refuseBeyondQuota(tx, ctx, { digest, size });
}

// Any fixed number: the first half of the key, so that other locks are not meant.
const REPOSITORIES_LOCK = 7_287_739;

/**
 * Refuses one more repository than the tenant may have. Where there is a limit, new repositories of a tenant wait for each
 * other until their transactions end. @throws forbidden with reason quota_repositories
 */
export async function refuseRepository(tx: Tx, ctx: Ctx): Promise<void> {
  const { quotaRepositories: most } = await holdingsOf(tx, ctx.tenant.id);
  if (most === null) return;
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(${REPOSITORIES_LOCK}::int, hashtext(${ctx.tenant.id}))::text`;
  const count = await tx.repository.count({ where: { tenantId: ctx.tenant.id } });
  if (count < most) return;
  const words = `The workspace ${ctx.tenant.slug} may have ${plural(most, "repository", "repositories")} and has ${count}.`;
  throw new AppError("forbidden", `${words} ${wayOutOfQuota}`, { reason: "quota_repositories" });
}
