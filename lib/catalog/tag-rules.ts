import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Prisma, query, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { productInTenant } from "./products.ts";
import { isTagPattern } from "./tag-pattern.ts";

const PATTERNS_MAX = 20;

export const TagPatterns = z
  .array(z.string().trim().refine(isTagPattern, "may have letters, digits, dots, dashes, underscores and *"))
  .max(PATTERNS_MAX, `may be at most ${PATTERNS_MAX}`)
  .transform((patterns) => [...new Set(patterns)]);

const Days = z.number().int().min(1).max(3650).nullable();

export const SetImmutableTags = z.strictObject({ productId: z.uuid("is not an id"), patterns: TagPatterns });

/** What is kept; a rule that is null does not speak. With neither `keepLast` nor `keepDays` no tag ever goes. */
export const RetentionRule = z.strictObject({
  /** The newest tags of each repository, by when they were last moved. */
  keepLast: z.number().int().min(1).max(10_000).nullable(),
  keepDays: Days,
  keepPatterns: TagPatterns,
  /** Whatever was pulled, by tag or digest, in the last days. */
  keepPulledDays: Days,
  /** Manifests without a tag go once they are that old. Null keeps them. */
  untaggedDays: Days,
});
export type RetentionRule = z.output<typeof RetentionRule>;

export const SetRetention = z.strictObject({
  productId: z.uuid("is not an id"),
  /** Whether it is applied each night. */
  enabled: z.boolean(),
  ...RetentionRule.shape,
});

export interface TagRulesView {
  immutablePatterns: string[];
  retention: RetentionRule & { enabled: boolean };
  /** When retention was last applied. */
  appliedAt: Date | null;
}

const NO_RULES: TagRulesView = {
  immutablePatterns: [],
  retention: {
    enabled: false,
    keepLast: null,
    keepDays: null,
    keepPatterns: [],
    keepPulledDays: null,
    untaggedDays: null,
  },
  appliedAt: null,
};

/** A product's rules for its tags; those of a product without any say nothing. @throws forbidden; not_found */
export async function viewTagRules(ctx: Ctx, productId: string): Promise<TagRulesView> {
  await demand(ctx, "product.view");
  return query(async (db) => rulesOf(db, await productInTenant(db, ctx, productId)));
}

/** The rules of a product that was looked up already. */
export async function rulesOf(tx: Tx, product: { id: string; tenantId: string }): Promise<TagRulesView> {
  const key = { tenantId_productId: { tenantId: product.tenantId, productId: product.id } };
  const row = await tx.tagRules.findUnique({ where: key });
  if (!row) return NO_RULES;
  const { immutablePatterns, appliedAt, retentionEnabled: enabled } = row;
  const { keepLast, keepDays, keepPatterns, keepPulledDays, untaggedDays } = row;
  return {
    immutablePatterns,
    appliedAt,
    retention: { enabled, keepLast, keepDays, keepPatterns, keepPulledDays, untaggedDays },
  };
}

/**
 * Says which of a product's tags never move, from the next push on.
 * @throws forbidden without `product.update`; not_found; invalid for what is no pattern, and for more than twenty
 */
export async function setImmutableTags(
  ctx: Ctx,
  input: z.input<typeof SetImmutableTags>,
): Promise<{ changed: boolean; patterns: string[] }> {
  await demand(ctx, "product.update");
  const { productId, patterns } = parse(SetImmutableTags, input);
  const changed = await setRules(ctx, productId, {
    action: "product.immutable_tags_set",
    columns: { immutablePatterns: patterns },
    told: { patterns },
    toldBefore: (rules) => ({ patterns: rules.immutablePatterns }),
  });
  return { changed, patterns };
}

/**
 * Says which of a product's tags are kept, and whether the others go each night.
 * @throws forbidden without `product.update`, and without `registry.delete` where they go; not_found; invalid
 */
export async function setRetention(ctx: Ctx, input: z.input<typeof SetRetention>): Promise<{ changed: boolean }> {
  await demand(ctx, "product.update");
  const { productId, enabled, ...rule } = parse(SetRetention, input);
  if (enabled) await demand(ctx, "registry.delete");
  if (enabled && !takesAnything(rule)) {
    throw invalid({
      enabled: "needs a number to keep, an age, or an age for untagged manifests: so far nothing ever goes",
    });
  }
  const told = { enabled, ...rule };
  const changed = await setRules(ctx, productId, {
    action: "product.retention_set",
    columns: { retentionEnabled: enabled, ...rule },
    told,
    toldBefore: (rules) => ({ ...rules.retention }),
  });
  return { changed };
}

/** Whether anything could ever go by a rule. */
export function takesAnything(rule: RetentionRule): boolean {
  return rule.keepLast !== null || rule.keepDays !== null || rule.untaggedDays !== null;
}

interface Change {
  action: string;
  columns: Omit<Prisma.TagRulesUncheckedCreateInput, "tenantId" | "productId">;
  told: Prisma.InputJsonObject;
  toldBefore: (rules: TagRulesView) => Prisma.InputJsonObject;
}

/** @returns whether anything is different now */
async function setRules(ctx: Ctx, productId: string, change: Change): Promise<boolean> {
  return transaction(async (tx) => {
    const product = await productInTenant(tx, ctx, productId);
    // Two changes at once follow each other.
    await tx.$queryRaw`SELECT id FROM products WHERE id = ${product.id}::uuid FOR NO KEY UPDATE`;
    const before = change.toldBefore(await rulesOf(tx, product));
    if (isSame(before, change.told)) return false;
    const key = { tenantId: ctx.tenant.id, productId };
    await tx.tagRules.upsert({
      where: { tenantId_productId: key },
      create: { ...key, ...change.columns },
      update: change.columns,
      select: { id: true },
    });
    const subject = { type: "product", id: product.id, label: product.slug };
    await record(tx, ctx, { action: change.action, subject, before, after: change.told });
    return true;
  });
}

function isSame(one: Prisma.InputJsonObject, other: Prisma.InputJsonObject): boolean {
  return Object.keys(other).every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));
}
