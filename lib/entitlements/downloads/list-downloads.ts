import { z } from "zod";
import type { Principal } from "#lib/identity/index.ts";
import { versionKey } from "#lib/releases/index.ts";
import { notFound } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { decideAccess } from "../decide-access.ts";
import { listPullableProducts } from "../list-pullable.ts";
import { type FilePage, pageFiles, pageNewest } from "./page-files.ts";
import { Platform, platformOf } from "./platform.ts";
import { placeNamed } from "./product-named.ts";
import { exactVersion, spansOf, VersionRange } from "./version-range.ts";

export const ChannelName = z.string().max(32);
export const Slug = z.string().max(63);

const PageFilter = z.strictObject({
  /** The vendor's slug; without it the files of all vendors. */
  tenant: Slug.optional(),
  channel: ChannelName.optional(),
  platform: Platform.optional(),
  /** A version, which may be a withdrawn one, or a range, in which none is. */
  version: VersionRange.optional().describe("A version, or a range as npm reads it: 1.4.0, ^1.2, ~2.0.1, >=1.4 <3"),
  /** true: of each product, channel and platform only the files of the highest version. */
  latest: z.enum(["true", "false"]).default("false"),
  /** The `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const DownloadFilter = z.strictObject({ ...PageFilter.shape, product: Slug.optional() });
export const ProductDownloadFilter = PageFilter;

/**
 * The files of published releases that the caller may have now, those of the last one first: of each product the decision of
 * a pull. What they may not have is not in it.
 * @throws not_found for a vendor to whom the caller is nobody, there or not; invalid; as decideAccess
 */
export async function listDownloads(
  principal: Principal,
  input: z.input<typeof DownloadFilter> = {},
): Promise<FilePage> {
  const { tenant, product, ...asked } = parse(DownloadFilter, input);
  const near = await listPullableProducts(principal, tenant || null);
  if (tenant && near.length === 0) await demandPlaceAt(principal, tenant);
  const meant = near.filter(({ slug, pullable }) => pullable && (product === undefined || slug === product));
  return page(meant, asked);
}

/**
 * The same of one product, by its slug. One that the caller may not have is like one that is not there.
 * @throws not_found; invalid; as decideAccess
 */
export async function listProductDownloads(
  principal: Principal,
  { product, ...input }: z.input<typeof ProductDownloadFilter> & { product: string },
): Promise<FilePage> {
  const { tenant = "", ...asked } = parse(ProductDownloadFilter, input);
  const access = await decideAccess(principal, placeNamed({ tenant, product }), "registry.pull");
  if (!access.decision.allowed || !access.productId || !access.tenant) throw notFound("product");
  return page([{ id: access.productId, tenantId: access.tenant.id }], asked);
}

function page(
  products: readonly { id: string; tenantId: string }[],
  asked: Omit<z.output<typeof PageFilter>, "tenant">,
): Promise<FilePage> {
  const { version, latest, platform, ...rest } = asked;
  const productIds = products.map(({ id }) => id);
  const files = { ...rest, ...versionsOf(version, rest), productIds, platform: platformOf(platform) };
  if (latest === "true") return pageNewest(files);
  return pageFiles([...new Set(products.map(({ tenantId }) => tenantId))], files);
}

function versionsOf(version: string | undefined, { channel }: { channel?: string }) {
  if (version === undefined) return {};
  const exact = exactVersion(version);
  if (exact) return { versionKey: versionKey(exact) };
  // Who names a channel of pre-releases means them.
  return { spans: spansOf(version, { preReleases: channel !== undefined && channel !== "stable" }) };
}

// Of the team, a member or its robot, of a tenant that has no product yet.
async function demandPlaceAt(principal: Principal, tenant: string): Promise<void> {
  const { memberId, actor } = await decideAccess(principal, placeNamed({ tenant, product: "" }), "registry.pull");
  const onTeam = "role" in actor && actor.role !== null;
  const robot = actor.type === "token" && actor.kind === "robot" && actor.scopes.length > 0;
  if (!memberId && !onTeam && !robot) throw notFound("vendor");
}
