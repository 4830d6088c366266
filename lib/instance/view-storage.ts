import { type CleanupRunRow, listRuns } from "#lib/cleanup/index.ts";
import { query } from "#lib/db/index.ts";
import { s3Settings, storeSpace } from "#lib/storage/index.ts";
import type { AccountCtx } from "../context.ts";
import { env } from "../env.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";

export interface InstanceStorage {
  /** Bytes in the store, each blob once, and how many blobs there are. */
  physical: { bytes: number; blobs: number };
  /** The sum of what the tenants hold: what is shared by two counts for both. */
  logicalBytes: number;
  uploads: { count: number; bytes: number };
  /** Null where the store is no disk of this machine. */
  disk: { free: number; total: number } | null;
  graceHours: number;
  uploadIdleDays: number;
  /** Whose storage is largest. */
  tenants: { id: string; slug: string; name: string; bytes: number; quotaBytes: number | null }[];
  runs: CleanupRunRow[];
}

const TENANTS_MAX = 10;
const RUNS_MAX = 20;

/** What the instance's store holds, for whom, and what clean-ups did. @throws not_found for whoever is no instance admin */
export async function viewInstanceStorage(ctx: AccountCtx): Promise<InstanceStorage> {
  await demandInstanceAdmin(ctx);
  const [sums, tenants, runs, space] = await Promise.all([
    allSums(),
    largestTenants(),
    listRuns(RUNS_MAX),
    s3Settings() ? null : storeSpace(),
  ]);
  const { CLEANUP_GRACE_HOURS: graceHours, UPLOAD_IDLE_DAYS: uploadIdleDays } = env();
  return {
    ...sums,
    tenants,
    runs,
    disk: space && { free: space.free, total: space.total },
    graceHours,
    uploadIdleDays,
  };
}

async function allSums(): Promise<Pick<InstanceStorage, "physical" | "logicalBytes" | "uploads">> {
  const [row] = await query(
    (db) => db.$queryRaw<Record<"blobs" | "bytes" | "logical" | "uploads" | "upload_bytes", bigint>[]>`
      SELECT b.blobs, b.bytes, (SELECT coalesce(sum(bytes), 0)::bigint FROM tenant_storage) AS logical,
        u.uploads, u.upload_bytes
      FROM (SELECT count(*) AS blobs, coalesce(sum(size), 0)::bigint AS bytes FROM blobs) b,
        (SELECT count(*) AS uploads, coalesce(sum("offset"), 0)::bigint AS upload_bytes FROM uploads) u`,
  );
  return {
    physical: { bytes: Number(row?.bytes), blobs: Number(row?.blobs) },
    logicalBytes: Number(row?.logical),
    uploads: { count: Number(row?.uploads), bytes: Number(row?.upload_bytes) },
  };
}

async function largestTenants(): Promise<InstanceStorage["tenants"]> {
  const rows = await query((db) =>
    db.tenantStorage.findMany({
      where: { tenant: { deletedAt: null } },
      include: { tenant: { select: { id: true, slug: true, name: true } } },
      orderBy: { bytes: "desc" },
      take: TENANTS_MAX,
    }),
  );
  return rows.map(({ tenant, bytes, ...quota }) => ({ ...tenant, bytes: Number(bytes), quotaBytes: limitOf(quota) }));
}

function limitOf({ ownQuota, quotaBytes }: { ownQuota: boolean; quotaBytes: bigint | null }): number | null {
  if (!ownQuota) return env().QUOTA_BYTES ?? null;
  return quotaBytes === null ? null : Number(quotaBytes);
}
