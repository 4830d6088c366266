import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { deleteReleases, lockProduct } from "./delete-releases.ts";
import { type PruneFact, type PruneFate, planPrune } from "./prune-plan.ts";
import { PruneRule } from "./prune-rule.ts";

const ProductId = z.uuid("is not an id");
export const PreviewPrune = z.strictObject({ productId: ProductId, rule: PruneRule });
export const PruneReleases = z.strictObject({
  productId: ProductId,
  rule: PruneRule,
  /** Of the preview: what goes is what was looked at. */
  expected: z.array(z.uuid("is not an id")).max(100_000),
});

export interface PrunedRelease extends PruneFact {
  /** How many files, and their bytes. */
  assets: number;
  bytes: number;
}

export interface PrunePreview {
  /** All that the rule looks at, the highest version first. */
  releases: PruneFate<PrunedRelease>[];
  /** The ids of those that go. */
  expected: string[];
  total: { releases: number; assets: number; bytes: number };
}

/** What a rule would take from a product's releases. Nothing changes. @throws forbidden; not_found; invalid */
export async function previewPrune(ctx: Ctx, input: z.input<typeof PreviewPrune>): Promise<PrunePreview> {
  await demand(ctx, "release.view");
  const { productId, rule } = parse(PreviewPrune, input);
  return query(async (db) => {
    const product = await productInTenant(db, ctx, productId);
    return previewOf(planPrune(await loadReleases(db, product), rule, ctx.now));
  });
}

/**
 * Deletes a product's releases by a rule, for good, with their files: those of the preview and no others. Their versions
 * are never used again; their images stay.
 * @throws forbidden without `release.prune`; not_found; invalid; conflict where it would take others than the preview said
 */
export async function pruneReleases(
  ctx: Ctx,
  input: z.input<typeof PruneReleases>,
): Promise<{ versions: string[]; assets: number; bytes: number }> {
  await demand(ctx, "release.prune");
  const { productId, rule, expected } = parse(PruneReleases, input);
  return transaction(async (tx) => {
    await lockProduct(tx, { tenantId: ctx.tenant.id, productId });
    const product = await productInTenant(tx, ctx, productId);
    // Whoever publishes, restores or archives one of them meanwhile waits, or is waited for.
    await tx.$queryRaw`SELECT id FROM releases WHERE product_id = ${product.id}::uuid ORDER BY id FOR UPDATE`;
    const going = planPrune(await loadReleases(tx, product), rule, ctx.now).filter(({ goes }) => goes);
    refuseOthers(going, expected);
    const { assets, bytes } = previewOf(going).total;
    const versions = going.map(({ version }) => version);
    if (going.length === 0) return { versions, assets, bytes };
    const of = { tenantId: ctx.tenant.id, productId: product.id };
    await deleteReleases(
      tx,
      going.map((release) => ({ ...of, ...release })),
    );
    const subject = { type: "product", id: product.id, label: product.slug };
    const before = { releases: Object.fromEntries(going.map(({ version, status }) => [version, status])) };
    await record(tx, ctx, { action: "release.pruned", subject, before, after: { rule } });
    return { versions, assets, bytes };
  });
}

function refuseOthers(going: readonly { id: string }[], expected: readonly string[]): void {
  const listed = new Set(expected);
  if (going.length === listed.size && going.every(({ id }) => listed.has(id))) return;
  throw conflict("A release was published, archived, restored or deleted since the preview. Look at it again.", {
    reason: "changed_since_preview",
  });
}

function previewOf(releases: PrunePreview["releases"]): PrunePreview {
  const going = releases.filter(({ goes }) => goes);
  const sum = (of: (release: PrunedRelease) => number) => going.reduce((total, release) => total + of(release), 0);
  return {
    releases,
    expected: going.map(({ id }) => id),
    total: { releases: going.length, assets: sum(({ assets }) => assets), bytes: sum(({ bytes }) => bytes) },
  };
}

interface Row extends Omit<PrunedRelease, "assets" | "bytes"> {
  assets: bigint;
  bytes: bigint;
}

async function loadReleases(db: Tx, product: { id: string }): Promise<PrunedRelease[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT r.id, r.version, r.version_key AS "versionKey", r.channel, r.status, coalesce(r.published_at, r.created_at) AS at,
      count(a.id) AS assets, coalesce(sum(a.size), 0)::bigint AS bytes
    FROM releases r LEFT JOIN assets a ON a.release_id = r.id
    WHERE r.product_id = ${product.id}::uuid AND r.status <> 'draft' GROUP BY r.id`;
  return rows.map((row) => ({ ...row, assets: Number(row.assets), bytes: Number(row.bytes) }));
}
