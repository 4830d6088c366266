import { z } from "zod";
import { type Prisma, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { Version, versionKey } from "./version-key.ts";

const WITH_PRODUCT = { product: { select: { id: true, slug: true, name: true } } } satisfies Prisma.ReleaseInclude;

/** A release with the product that it is a version of. */
export type ReleaseRow = Prisma.ReleaseGetPayload<{ include: typeof WITH_PRODUCT }>;

export const ReleaseId = z.uuid("is not an id");

/** @throws not_found for a release of another tenant, or none */
export async function releaseInTenant(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<ReleaseRow> {
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const release = z.uuid().safeParse(id).success ? await tx.release.findUnique({ where, include: WITH_PRODUCT }) : null;
  if (!release) throw notFound("release");
  return release;
}

/**
 * The release, locked until the transaction ends: what changes its state, its files and its images follow each other.
 * Whoever locks repositories as well does that after it.
 * @throws not_found for a release of another tenant, or none
 */
export async function lockedRelease(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<ReleaseRow> {
  await tx.$queryRaw`
    SELECT id FROM releases WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  return releaseInTenant(tx, ctx, id);
}

/**
 * A product's release by its version, with or without a leading v; whoever may see it.
 * @throws not_found, for what is no version, too
 */
export async function releaseNamed(
  ctx: Pick<Ctx, "tenant">,
  { productId, version }: { productId: string; version: string },
): Promise<ReleaseRow> {
  const asked = Version.safeParse(version);
  if (!asked.success) throw notFound("release");
  const where = { tenantId: ctx.tenant.id, productId, versionKey: versionKey(asked.data), version: asked.data };
  const release = await query((db) => db.release.findFirst({ where, include: WITH_PRODUCT }));
  if (!release) throw notFound("release");
  return release;
}

/** What the log calls a release. */
export function subjectOf({ id, version, product }: ReleaseRow) {
  return { type: "release", id, label: `${product.slug} ${version}` };
}
