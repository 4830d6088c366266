import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type PolicyKind, type Prisma, query, type Tx, transaction } from "#lib/db/index.ts";
import {
  type InForce,
  policyOver,
  policyWords,
  RetentionRule,
  TAKES_NOTHING,
  TagPatterns,
  takesAnything,
} from "#lib/policies/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { productInTenant } from "./products.ts";

export const SetImmutableTags = z.strictObject({ productId: z.uuid("is not an id"), patterns: TagPatterns });

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
  /** The policies in force that say so; null where the product's own settings do. */
  by: Record<RuledKind, RuledBy | null>;
}

type RuledKind = Extract<PolicyKind, "retention" | "immutability">;
type RuledBy = Pick<InForce<RuledKind>, "policyId" | "name" | "number">;

const NO_RULES = {
  immutablePatterns: [],
  retentionEnabled: false,
  keepLast: null,
  keepDays: null,
  keepPatterns: [],
  keepPulledDays: null,
  untaggedDays: null,
  appliedAt: null,
};

/** A product's rules for its tags; those of a product without any say nothing. @throws forbidden; not_found */
export async function viewTagRules(ctx: Ctx, productId: string): Promise<TagRulesView> {
  await demand(ctx, "product.view");
  return query(async (db) => rulesOf(db, await productInTenant(db, ctx, productId)));
}

/**
 * The rules of a product that was looked up already: what a policy in force says, and else what was set for it alone.
 * Whoever acts by them holds the policies: by `holdPolicyOver`.
 */
export async function rulesOf(
  tx: Tx,
  product: { id: string; tenantId: string },
  policyOf: typeof policyOver = policyOver,
): Promise<TagRulesView> {
  const of = { tenantId: product.tenantId, productId: product.id };
  const { retentionEnabled: enabled, appliedAt, ...own } = (await ownRules(tx, of)) ?? NO_RULES;
  const { keepLast, keepDays, keepPatterns, keepPulledDays, untaggedDays } = own;
  const retention = await policyOf(tx, "retention", of);
  const immutability = await policyOf(tx, "immutability", of);
  return {
    immutablePatterns: immutability?.document.patterns ?? own.immutablePatterns,
    appliedAt,
    retention: retention
      ? { enabled: true, ...ruleOf(retention.document) }
      : { enabled, keepLast, keepDays, keepPatterns, keepPulledDays, untaggedDays },
    by: { retention: byOf(retention), immutability: byOf(immutability) },
  };
}

function ownRules(tx: Tx, key: { tenantId: string; productId: string }) {
  return tx.tagRules.findUnique({ where: { tenantId_productId: key } });
}

function ruleOf({ products: _, ...rule }: InForce<"retention">["document"]): RetentionRule {
  return rule;
}

function byOf(policy: InForce<RuledKind> | null): RuledBy | null {
  return policy && { policyId: policy.policyId, name: policy.name, number: policy.number };
}

/**
 * Says which of a product's tags never move, from the next push on.
 * @throws forbidden without `product.update`; not_found; invalid for what is no pattern, and for more than twenty; conflict
 *   where a policy says it
 */
export async function setImmutableTags(
  ctx: Ctx,
  input: z.input<typeof SetImmutableTags>,
): Promise<{ changed: boolean; patterns: string[] }> {
  await demand(ctx, "product.update");
  const { productId, patterns } = parse(SetImmutableTags, input);
  const changed = await setRules(ctx, productId, {
    kind: "immutability",
    action: "product.immutable_tags_set",
    columns: { immutablePatterns: patterns },
    told: { patterns },
    toldBefore: (rules) => ({ patterns: rules.immutablePatterns }),
  });
  return { changed, patterns };
}

/**
 * Says which of a product's tags are kept, and whether the others go each night.
 * @throws forbidden without `product.update`, and without `registry.delete` where they go; not_found; invalid; conflict where
 *   a policy says it
 */
export async function setRetention(ctx: Ctx, input: z.input<typeof SetRetention>): Promise<{ changed: boolean }> {
  await demand(ctx, "product.update");
  const { productId, enabled, ...rule } = parse(SetRetention, input);
  if (enabled) await demand(ctx, "registry.delete");
  if (enabled && !takesAnything(rule)) {
    throw invalid({ enabled: TAKES_NOTHING });
  }
  const told = { enabled, ...rule };
  const changed = await setRules(ctx, productId, {
    kind: "retention",
    action: "product.retention_set",
    columns: { retentionEnabled: enabled, ...rule },
    told,
    toldBefore: (rules) => ({ ...rules.retention }),
  });
  return { changed };
}

interface Change {
  kind: RuledKind;
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
    const rules = await rulesOf(tx, product);
    refuseRuled(rules.by[change.kind]);
    const before = change.toldBefore(rules);
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

// What is set beside a policy would count for nothing as long as that is in force.
function refuseRuled(by: RuledBy | null): void {
  if (by) throw conflict(`That is set by ${policyWords(by)}: change it there.`, { reason: "ruled_by_policy" });
}

function isSame(one: Prisma.InputJsonObject, other: Prisma.InputJsonObject): boolean {
  return Object.keys(other).every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));
}
