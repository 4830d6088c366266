import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { containing, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { Channel, type ReleaseStatus, STATUSES } from "./release-fields.ts";
import { Version, versionKey } from "./version-key.ts";

export const ReleaseFilter = z.strictObject({
  productId: z.uuid("is not an id"),
  /** A part of the version. */
  search: z.string().trim().max(200).optional(),
  channel: Channel.optional(),
  status: z.enum(STATUSES).optional(),
  /** The version after which the page begins. */
  after: Version.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

export interface ReleaseSummary {
  id: string;
  version: string;
  channel: string;
  status: ReleaseStatus;
  publishedAt: Date | null;
  createdAt: Date;
  /** How many files. */
  assets: number;
  images: number;
  /** Of its files. */
  bytes: number;
}

/** A product's releases, the highest version first, a page at a time. @throws forbidden; not_found; invalid */
export async function listReleases(
  ctx: Ctx,
  input: z.input<typeof ReleaseFilter>,
): Promise<{ releases: ReleaseSummary[]; next: string | null }> {
  await demand(ctx, "release.view");
  const { productId, search, channel, status, after, limit } = parse(ReleaseFilter, input);
  return query(async (db) => {
    const product = await productInTenant(db, ctx, productId);
    const found = await db.release.findMany({
      where: {
        ...{ tenantId: ctx.tenant.id, productId: product.id, channel, status },
        ...(search && { version: containing(search) }),
        ...(after && { versionKey: { lt: versionKey(after) } }),
      },
      select: { id: true },
      orderBy: { versionKey: "desc" },
      take: limit + 1,
    });
    const page = found.slice(0, limit).map(({ id }) => id);
    const releases = await summariesOf(db, page);
    return { releases, next: found.length > limit ? (releases.at(-1)?.version ?? null) : null };
  });
}

/** The channels that a product's releases are in, and how many are in each state. @throws forbidden; not_found */
export async function countReleases(
  ctx: Ctx,
  { productId }: { productId: string },
): Promise<{ channels: string[]; states: Partial<Record<ReleaseStatus, number>>; total: number }> {
  await demand(ctx, "release.view");
  return query(async (db) => {
    const product = await productInTenant(db, ctx, productId);
    const where = { tenantId: ctx.tenant.id, productId: product.id };
    const groups = await db.release.groupBy({ by: ["channel", "status"], where, _count: true });
    const states: Partial<Record<ReleaseStatus, number>> = {};
    for (const { status, _count } of groups) states[status] = (states[status] ?? 0) + _count;
    const channels = [...new Set(groups.map(({ channel }) => channel))].sort();
    return { channels, states, total: groups.reduce((sum, { _count }) => sum + _count, 0) };
  });
}

interface SummaryRow extends Omit<ReleaseSummary, "assets" | "images" | "bytes"> {
  assets: bigint;
  images: bigint;
  bytes: bigint;
}

async function summariesOf(db: Tx, ids: string[]): Promise<ReleaseSummary[]> {
  if (ids.length === 0) return [];
  const rows = await db.$queryRaw<SummaryRow[]>`
    SELECT r.id, r.version, r.channel, r.status, r.published_at AS "publishedAt", r.created_at AS "createdAt",
      a.assets, a.bytes, (SELECT count(*) FROM release_images i WHERE i.release_id = r.id) AS images
    FROM releases r CROSS JOIN LATERAL (
      SELECT count(*) AS assets, coalesce(sum(size), 0)::bigint AS bytes FROM assets WHERE release_id = r.id) a
    WHERE r.id = ANY(${ids}::uuid[]) ORDER BY r.version_key DESC`;
  return rows.map((row) => ({
    ...row,
    assets: Number(row.assets),
    images: Number(row.images),
    bytes: Number(row.bytes),
  }));
}
