import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { holdPolicyOver, RetentionRule } from "#lib/policies/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { newId } from "../ids.ts";
import { log } from "../log.ts";
import { parse } from "../parse.ts";
import { removeManifests } from "./delete-manifest.ts";
import { previewOf, type RepositoryPreview, repositoriesOf } from "./preview-retention.ts";
import { type ProductRow, productInTenant } from "./products.ts";
import { lockedRepository, type RepositoryRow } from "./repositories.ts";
import { loadFacts } from "./retention-facts.ts";
import { planRetention, type RetentionPlan } from "./retention-plan.ts";
import { removeTags } from "./tag-rows.ts";
import { rulesOf } from "./tag-rules.ts";

export const ApplyRetention = z.strictObject({
  productId: z.uuid("is not an id"),
  rule: RetentionRule,
  /** Of the preview: what is applied is what was looked at. */
  asOf: z.iso.datetime("is not a time"),
  fingerprint: z.string().max(100),
  /** The product's slug, as typed by who applies it. */
  confirm: z.string().trim(),
});

const PREVIEW_MINUTES = 30;
const BATCH = 1000;

/**
 * Takes what a preview listed, and nothing else, repository by repository under its lock.
 * @throws forbidden without `registry.delete`; not_found; invalid; conflict where anything changed since the preview
 */
export async function applyRetention(
  ctx: Ctx,
  input: z.input<typeof ApplyRetention>,
): Promise<{ tags: number; manifests: number }> {
  await demand(ctx, "registry.delete");
  const { productId, rule, asOf, fingerprint, confirm } = parse(ApplyRetention, input);
  const now = new Date(asOf);
  const age = ctx.now.getTime() - now.getTime();
  if (age < -60_000 || age > PREVIEW_MINUTES * 60_000)
    throw invalid({ asOf: "is not a preview of the last half hour" });
  const product = await query((db) => productInTenant(db, ctx, productId));
  if (confirm !== product.slug) throw invalid({ confirm: `must be ${product.slug}` });
  const preview = await query((db) => previewOf(db, product, { rule, now }));
  if (preview.fingerprint !== fingerprint) throw changedSince();
  const previewed = new Map(preview.repositories.map((repository) => [repository.name, repository]));
  return applyTo(ctx, product, { now, looked: { rule, previewed } });
}

/**
 * Applies the rules of every product that has them on: the nightly run. What fails is logged, and the others go on.
 * @returns how much went, product by product where anything did
 */
export async function applyDueRetention(
  now: Date = new Date(),
): Promise<{ product: string; tags: number; manifests: number }[]> {
  const done: { product: string; tags: number; manifests: number }[] = [];
  for (const { tenant, ...row } of await dueProducts()) {
    const ctx: Ctx = { tenant, actor: { type: "system" }, requestId: newId(), now };
    try {
      // Read again: the rule may have changed since the list was made.
      const { retention } = await query((db) => rulesOf(db, row));
      if (!retention.enabled) continue;
      done.push({ product: `${tenant.slug}/${row.slug}`, ...(await applyTo(ctx, row, { now })) });
    } catch (error) {
      log.error({ product: row.id, error: String(error) }, "retention could not be applied");
    }
  }
  return done;
}

// Those that have it on for themselves, and those that a policy rules.
function dueProducts() {
  return query(async (db) => {
    const policies = await db.policyVersion.findMany({
      where: { kind: "retention", state: "active" },
      select: { tenantId: true },
      distinct: ["tenantId"],
    });
    const tenantId = { in: policies.map((policy) => policy.tenantId) };
    return db.product.findMany({
      where: {
        archivedAt: null,
        tenant: { archivedAt: null, deletedAt: null },
        OR: [{ tagRules: { retentionEnabled: true } }, { tenantId }],
      },
      include: { tenant: { select: { id: true, slug: true, name: true } } },
    });
  });
}

interface Applied {
  now: Date;
  /** What was looked at, by repository; the nightly run goes by the rules that hold once it comes to each. */
  looked?: { rule: RetentionRule; previewed: ReadonlyMap<string, RepositoryPreview> };
}

async function applyTo(ctx: Ctx, product: ProductRow, asked: Applied): Promise<{ tags: number; manifests: number }> {
  const total = { tags: 0, manifests: 0 };
  for (const { name } of await query((db) => repositoriesOf(db, product))) {
    const { tags, manifests } = await transaction((tx) => applyToOne(tx, ctx, { product, name, asked }));
    total.tags += tags;
    total.manifests += manifests;
  }
  const key = { tenantId: product.tenantId, productId: product.id };
  const data = { appliedAt: ctx.now };
  await query((db) =>
    db.tagRules.upsert({ where: { tenantId_productId: key }, create: { ...key, ...data }, update: data }),
  );
  return total;
}

async function applyToOne(
  tx: Tx,
  ctx: Ctx,
  { product, name, asked: { now, looked } }: { product: ProductRow; name: string; asked: Applied },
): Promise<{ tags: number; manifests: number }> {
  const row = await lockedRepository(tx, ctx, { name, tenant: ctx.tenant.slug, product: product.slug });
  const { immutablePatterns: immutable, retention } = await rulesOf(tx, product, holdPolicyOver);
  if (!looked && !retention.enabled) return { tags: 0, manifests: 0 };
  const plan = planRetention(await loadFacts(tx, row.id), { rule: looked?.rule ?? retention, immutable, now });
  if (looked) refuseMore(plan, looked.previewed.get(name));
  const tags = plan.tags.filter(({ goes }) => goes);
  for (const some of batches(tags)) await takeTags(tx, ctx, { row, tags: some });
  for (const some of batches(plan.going)) {
    const digests = some.map(({ digest }) => digest);
    await removeManifests(tx, ctx, { row, digests });
    await record(tx, ctx, { action: "registry.retainedManifests", subject: subjectOf(row), before: { digests } });
  }
  return { tags: tags.length, manifests: plan.going.length };
}

// The fingerprint was compared before the lock was had.
function refuseMore(plan: RetentionPlan, previewed: RepositoryPreview | undefined): void {
  const listed = new Set(previewed ? goingOf(previewed) : []);
  if (goingOf(plan).some((one) => !listed.has(one))) throw changedSince();
}

function goingOf({ tags, going }: Pick<RetentionPlan, "tags" | "going">): string[] {
  return [
    ...tags.flatMap(({ name, digest, goes }) => (goes ? `${name}@${digest}` : [])),
    ...going.map((one) => one.digest),
  ];
}

function changedSince() {
  return conflict("Something was pushed, moved or pulled since the preview. Look at it again.");
}

async function takeTags(
  tx: Tx,
  ctx: Ctx,
  { row, tags }: { row: RepositoryRow; tags: RetentionPlan["tags"] },
): Promise<void> {
  const removed = await removeTags(tx, ctx, { row, tags: { name: { in: tags.map(({ name }) => name) } } });
  const before = { tags: Object.fromEntries(removed.map(({ name, digest }) => [name, digest])) };
  await record(tx, ctx, { action: "registry.retainedTags", subject: subjectOf(row), before });
}

function subjectOf({ id, name }: RepositoryRow) {
  return { type: "repository", id, label: name };
}

function batches<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / BATCH) }, (_, n) => list.slice(n * BATCH, (n + 1) * BATCH));
}
