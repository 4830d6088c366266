import { query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { env } from "../env.ts";
import { AppError, isAppError } from "../errors.ts";
import { byteSize } from "../format.ts";

/** What a tenant holds, and how much it may; null where there is no limit. Bytes count each blob once. */
export interface Holdings {
  bytes: number;
  quotaBytes: number | null;
  quotaRepositories: number | null;
}

interface Row {
  bytes: bigint;
  own_quota: boolean;
  quota_bytes: bigint | null;
  quota_repositories: number | null;
}

/** What a tenant holds and may hold now. */
export async function holdingsOf(db: Tx, tenantId: string): Promise<Holdings> {
  const [row] = await db.$queryRaw<Row[]>`
    SELECT bytes, own_quota, quota_bytes, quota_repositories FROM tenant_storage WHERE tenant_id = ${tenantId}::uuid`;
  const own = row?.own_quota
    ? {
        quotaBytes: row.quota_bytes === null ? null : Number(row.quota_bytes),
        quotaRepositories: row.quota_repositories,
      }
    : { quotaBytes: env().QUOTA_BYTES ?? null, quotaRepositories: env().QUOTA_REPOSITORIES ?? null };
  return { bytes: Number(row?.bytes ?? 0), ...own };
}

/**
 * Refuses bytes that would not fit, before they are stored: as far as it can be known before they are linked.
 * @param blob its digest where that is known: what the tenant holds already takes no room
 * @throws forbidden with reason quota_bytes
 */
export async function refuseWhatWillNotFit(
  { tenant }: Pick<Ctx, "tenant">,
  blob: { size: number; digest?: string },
): Promise<void> {
  const holdings = await query((db) => holdingsOf(db, tenant.id));
  if (holdings.quotaBytes === null || holdings.bytes + blob.size <= holdings.quotaBytes) return;
  if (blob.digest && (await query((db) => timesHeld(db, tenant.id, blob.digest ?? ""))) > 0) return;
  throw overQuota({ tenant }, holdings, blob.size);
}

/**
 * Refuses what a transaction has just made the tenant keep, where that is more than it may. The triggers that count hold the
 * tenant's row until the transaction ends, so that of two pushes at once the second is judged by what the first has left.
 * @throws forbidden with reason quota_bytes
 */
export async function refuseBeyondQuota(tx: Tx, ctx: Ctx, { digest, size }: { digest: string; size: number }) {
  const holdings = await holdingsOf(tx, ctx.tenant.id);
  if (holdings.quotaBytes === null || holdings.bytes <= holdings.quotaBytes) return;
  // Beyond it, but not by this: what the tenant holds elsewhere takes no room.
  if ((await timesHeld(tx, ctx.tenant.id, digest)) > 1) return;
  throw overQuota(ctx, { ...holdings, bytes: holdings.bytes - size }, size);
}

async function timesHeld(db: Tx, tenantId: string, digest: string): Promise<number> {
  const links = await db.repositoryBlob.count({ where: { tenantId, digest } });
  return links + (await db.asset.count({ where: { tenantId, blobDigest: digest } }));
}

/** Whether a push failed since the tenant may keep no more. */
export function isOverQuota(error: unknown): boolean {
  return isAppError(error) && error.reason === OVER_QUOTA;
}

const OVER_QUOTA = "quota_bytes";

function overQuota({ tenant }: Pick<Ctx, "tenant">, { bytes, quotaBytes }: Holdings, size: number): AppError {
  const state = `The workspace ${tenant.slug} may keep ${byteSize(quotaBytes ?? 0)} and holds ${byteSize(bytes)}`;
  const more = size > 0 ? `; this upload has ${byteSize(size)}` : "";
  return new AppError("forbidden", `${state}${more}. ${wayOutOfQuota}`, { reason: OVER_QUOTA });
}

/** What to do where there is no room. */
export const wayOutOfQuota = "Delete what is not needed, or ask the instance's admins for more.";

/** Uploads under way that one user or token may have: none of theirs is so slow. */
const OPEN_UPLOADS_MAX = 1000;

/** @throws limit_exceeded */
export async function refuseManyUploads(tx: Tx, ctx: Ctx, startedBy: string): Promise<void> {
  const open = await tx.upload.count({ where: { tenantId: ctx.tenant.id, startedBy }, take: OPEN_UPLOADS_MAX });
  if (open < OPEN_UPLOADS_MAX) return;
  const words = `You have ${OPEN_UPLOADS_MAX} uploads under way here. End or cancel some before you begin another.`;
  throw new AppError("limit_exceeded", words, { reason: "open_uploads", retryAfterSeconds: 60 });
}
