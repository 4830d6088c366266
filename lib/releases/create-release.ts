import { z } from "zod";
import { actorKey } from "#lib/access/index.ts";
import { demand, record } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { lockProduct } from "./delete-releases.ts";
import { type ReleaseRow, releaseInTenant, subjectOf } from "./find-release.ts";
import { Channel, defaultChannel, Notes } from "./release-fields.ts";
import { isPreRelease, Version, versionKey } from "./version-key.ts";

export const CreateRelease = z.strictObject({
  productId: z.uuid("is not an id"),
  version: Version,
  /** beta for a pre-release, else stable, where it is left out. */
  channel: Channel.optional(),
  notes: Notes.default(""),
});

/**
 * Begins a release of a product, as a draft.
 * @throws forbidden without `release.publish`; not_found for a product of another tenant, an archived one and none; invalid;
 *   conflict where the product has or ever had that version, or one that differs in its build metadata alone
 */
export async function createRelease(ctx: Ctx, input: z.input<typeof CreateRelease>): Promise<ReleaseRow> {
  await demand(ctx, "release.publish");
  const { productId, version, notes, channel: asked } = parse(CreateRelease, input);
  const key = versionKey(version);
  const channel = asked ?? defaultChannel(isPreRelease(version));
  return transaction(async (tx) => {
    await lockProduct(tx, { tenantId: ctx.tenant.id, productId });
    const product = await productInTenant(tx, ctx, productId);
    if (product.archivedAt) throw notFound("product");
    await refuseTaken(tx, { productId: product.id, version, key });
    const of = { tenantId: ctx.tenant.id, productId: product.id, createdBy: actorKey(ctx.actor) };
    const data = { ...of, version, versionKey: key, channel, notes };
    const { id } = await tx.release.create({ data, select: { id: true } });
    const release = await releaseInTenant(tx, ctx, id);
    await record(tx, ctx, { action: "release.created", subject: subjectOf(release), after: { version, channel } });
    return release;
  });
}

async function refuseTaken(
  tx: Tx,
  { productId, version, key }: { productId: string; version: string; key: string },
): Promise<void> {
  const where = { productId_versionKey: { productId, versionKey: key } };
  const standing = await tx.release.findUnique({ where, select: { version: true } });
  if (standing?.version === version) throw conflict(`There is a release ${version} already.`, TAKEN);
  if (standing) {
    throw conflict(`There is a release ${standing.version} already: build metadata makes no other version.`, TAKEN);
  }
  const gone = await tx.deletedVersion.findUnique({ where, select: { version: true } });
  if (!gone) return;
  throw conflict(
    `There was a release ${gone.version} before. A version is never used again: take the next one.`,
    TAKEN,
  );
}

const TAKEN = { reason: "version_taken" };
