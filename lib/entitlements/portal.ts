import { z } from "zod";
import type { Role } from "#lib/access/index.ts";
import { containing, type Prisma, query, type Tx } from "#lib/db/index.ts";
import { Version, versionKey } from "#lib/releases/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { type NextStep, nextStepsOf } from "./next-step.ts";
import { decideProducts, type ProductAccess } from "./product-access.ts";

interface Caller {
  role: Role | null;
  memberId: string | null;
}

/** A product as the portal lists it: what may be had with its newest release, what may not with the way to it. */
export interface PortalProduct extends ProductAccess {
  nextStep: NextStep;
  /** The highest published version, of the stable channel where that has one. Null for what may not be had. */
  newest: { id: string; version: string; channel: string; publishedAt: Date; files: number } | null;
}

/** The products that a signed-in caller may know of, those they may have first; as listProductAccess. */
export async function listPortal(ctx: Ctx, caller: Caller, search = ""): Promise<PortalProduct[]> {
  return query(async (tx) => {
    const asked = search.toLowerCase();
    const decided = (await decideProducts(tx, ctx, caller)).filter(
      ({ product: { name, slug }, decision }) =>
        decision.visible && (name.toLowerCase().includes(asked) || slug.includes(asked)),
    );
    const newest = await newestOf(
      tx,
      decided.filter(({ decision }) => decision.allowed).map(({ product }) => product.id),
    );
    const nextStep = await nextStepsOf(tx, ctx, decided);
    return decided
      .map((one) => ({ ...one, newest: newest.get(one.product.id) ?? null, nextStep: nextStep(one.product.id) }))
      .sort((a, b) => Number(b.decision.allowed) - Number(a.decision.allowed));
  });
}

type NewestRow = NonNullable<PortalProduct["newest"]> & { productId: string };

async function newestOf(tx: Tx, productIds: string[]): Promise<Map<string, NewestRow>> {
  if (productIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<NewestRow[]>`
    SELECT DISTINCT ON (r.product_id) r.product_id AS "productId", r.id, r.version, r.channel,
      r.published_at AS "publishedAt", (SELECT count(*)::int FROM assets a WHERE a.release_id = r.id) AS files
    FROM releases r WHERE r.product_id = ANY(${productIds}::uuid[]) AND r.status = 'published'
    ORDER BY r.product_id, r.channel = 'stable' DESC, r.version_key DESC`;
  return new Map(rows.map((row) => [row.productId, row]));
}

export const PortalFilter = z.strictObject({
  /** A part of the version. */
  search: z.string().trim().max(200).optional(),
  channel: z.string().max(32).optional(),
  /** Releases that have a file for it, or one for any. */
  os: z.string().max(32).optional(),
  /** The version after which the page begins. */
  after: Version.optional(),
  limit: z.number().int().min(1).max(50).default(10),
});

const RELEASE = {
  id: true,
  version: true,
  channel: true,
  status: true,
  notes: true,
  publishedAt: true,
  yankReason: true,
  assets: {
    select: { id: true, filename: true, os: true, arch: true, size: true, sha256: true },
    orderBy: { filename: "asc" },
  },
  images: {
    select: {
      digest: true,
      tag: true,
      manifest: { select: { artifactType: true } },
      repository: { select: { name: true } },
    },
    orderBy: [{ repository: { name: "asc" } }, { tag: "asc" }],
  },
} satisfies Prisma.ReleaseSelect;

type ReleaseRow = Prisma.ReleaseGetPayload<{ select: typeof RELEASE }>;
type AssetRow = ReleaseRow["assets"][number];

/** A release as members see it; a yanked one with the reason, where one was given. */
export interface PortalRelease extends Pick<ReleaseRow, "id" | "version" | "channel" | "notes" | "publishedAt"> {
  yanked: { reason: string } | null;
  /** `size` in bytes. */
  files: (Omit<AssetRow, "size"> & { size: number })[];
  images: { repository: string; digest: string; tag: string | null; chart: boolean }[];
}

export interface PortalView extends PortalProduct {
  channels: string[];
  /** What there are files for. */
  platforms: { os: string | null; arch: string | null }[];
  /** The highest version first. */
  releases: PortalRelease[];
  next: string | null;
}

/**
 * A product with its published releases, a page at a time, for the caller themselves; none of it where they may not have it.
 * @throws not_found for a product that they may not know of; invalid
 */
export async function viewPortalProduct(
  ctx: Ctx,
  caller: Caller,
  { slug, ...input }: z.input<typeof PortalFilter> & { slug: string },
): Promise<PortalView> {
  const filter = parse(PortalFilter, input);
  return query(async (tx) => {
    const decided = (await decideProducts(tx, ctx, caller)).find(({ product }) => product.slug === slug);
    if (!decided?.decision.visible) throw notFound("product");
    const productId = decided.product.id;
    const nextStep = (await nextStepsOf(tx, ctx, [decided]))(productId);
    if (!decided.decision.allowed) return { ...decided, ...NOTHING, nextStep };
    const newest = (await newestOf(tx, [productId])).get(productId) ?? null;
    return {
      ...decided,
      nextStep,
      newest,
      ...(await choicesOf(tx, productId)),
      ...(await page(tx, productId, filter)),
    };
  });
}

const NOTHING = { newest: null, channels: [], platforms: [], releases: [], next: null };
const SHOWN: Prisma.ReleaseWhereInput = { status: { in: ["published", "yanked"] } };

async function choicesOf(tx: Tx, productId: string): Promise<Pick<PortalView, "channels" | "platforms">> {
  const release = { productId, ...SHOWN };
  const channels = await tx.release.groupBy({ by: ["channel"], where: release, orderBy: { channel: "asc" } });
  const by = ["os", "arch"] as const;
  const platforms = await tx.asset.groupBy({
    by: [...by],
    where: { release },
    orderBy: [{ os: "asc" }, { arch: "asc" }],
  });
  return {
    channels: channels.map(({ channel }) => channel),
    platforms: platforms.map(({ os, arch }) => ({ os, arch })),
  };
}

async function page(
  tx: Tx,
  productId: string,
  { search, channel, os, after, limit }: z.output<typeof PortalFilter>,
): Promise<Pick<PortalView, "releases" | "next">> {
  const rows = await tx.release.findMany({
    where: {
      ...{ productId, ...SHOWN, channel },
      ...(search && { version: containing(search) }),
      ...(os && { assets: { some: { OR: [{ os }, { os: "any" }, { os: null }] } } }),
      ...(after && { versionKey: { lt: versionKey(after) } }),
    },
    select: RELEASE,
    orderBy: { versionKey: "desc" },
    take: limit + 1,
  });
  const releases = rows.slice(0, limit).map(shown);
  return { releases, next: rows.length > limit ? (releases.at(-1)?.version ?? null) : null };
}

// Helm's own, https://helm.sh/docs/topics/registries.
const CHART = "application/vnd.cncf.helm.config.v1+json";

function shown({ status, yankReason, assets, images, ...release }: ReleaseRow): PortalRelease {
  return {
    ...release,
    yanked: status === "yanked" ? { reason: yankReason ?? "" } : null,
    files: assets.map((asset) => ({ ...asset, size: Number(asset.size) })),
    images: images.map(({ repository, digest, tag, manifest }) => ({
      repository: repository.name,
      digest,
      tag,
      chart: manifest?.artifactType === CHART,
    })),
  };
}
