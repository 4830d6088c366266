import { createHash } from "node:crypto";
import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import { RetentionRule } from "#lib/policies/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type ProductRow, productInTenant } from "./products.ts";
import { bytesFreed, loadFacts } from "./retention-facts.ts";
import { planRetention, type RetentionPlan } from "./retention-plan.ts";
import { rulesOf } from "./tag-rules.ts";

export const PreviewRetention = z.strictObject({ productId: z.uuid("is not an id"), rule: RetentionRule });

export interface RepositoryPreview {
  id: string;
  name: string;
  tags: RetentionPlan["tags"];
  going: RetentionPlan["going"];
  staying: RetentionPlan["staying"];
  /** Bytes of layers and configs that nothing else needs. */
  bytes: number;
}

export interface RetentionPreview {
  asOf: Date;
  fingerprint: string;
  /** Those with anything in them, by name. */
  repositories: RepositoryPreview[];
  /** In sum: what goes, and the bytes that become free once the clean-up comes. */
  total: { tags: number; manifests: number; bytes: number };
}

/** A rule, and the moment at which it is applied. */
export interface Asked {
  rule: RetentionRule;
  now: Date;
}

/**
 * What a rule would take from a product's repositories now, and why the rest stays. Nothing changes.
 * @throws forbidden without `product.view`; not_found; invalid
 */
export async function previewRetention(ctx: Ctx, input: z.input<typeof PreviewRetention>): Promise<RetentionPreview> {
  await demand(ctx, "product.view");
  const { productId, rule } = parse(PreviewRetention, input);
  return query(async (db) => previewOf(db, await productInTenant(db, ctx, productId), { rule, now: ctx.now }));
}

/** What a rule would take from a product that was looked up. */
export async function previewOf(db: Tx, product: ProductRow, { rule, now }: Asked): Promise<RetentionPreview> {
  const { immutablePatterns: immutable } = await rulesOf(db, product);
  const repositories: RepositoryPreview[] = [];
  for (const { id, name } of await repositoriesOf(db, product)) {
    const plan = planRetention(await loadFacts(db, id), { rule, immutable, now });
    const bytes = await bytesFreed(
      db,
      id,
      plan.going.map(({ digest }) => digest),
    );
    if (plan.tags.length + plan.going.length + plan.staying.length > 0) repositories.push({ id, name, ...plan, bytes });
  }
  const goingTags = repositories.flatMap(({ name, tags }) =>
    tags.filter(({ goes }) => goes).map((tag) => `${name}:${tag.name}@${tag.digest}`),
  );
  const going = repositories.flatMap(({ name, going }) => going.map(({ digest }) => `${name}@${digest}`));
  return {
    asOf: now,
    fingerprint: createHash("sha256")
      .update([...goingTags, ...going].sort().join("\n"))
      .digest("hex"),
    repositories,
    total: {
      tags: goingTags.length,
      manifests: going.length,
      bytes: repositories.reduce((sum, { bytes }) => sum + bytes, 0),
    },
  };
}

/** A product's repositories, by name. */
export function repositoriesOf(db: Tx, { tenantId, id }: ProductRow): Promise<{ id: string; name: string }[]> {
  return db.repository.findMany({
    where: { tenantId, productId: id },
    select: { id: true, name: true },
    orderBy: { name: "asc" },
  });
}
