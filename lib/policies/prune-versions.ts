import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { type Policy, type PolicyVersion, query, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { lockPolicy, PolicyId, policyInTenant, recordPolicy, versionIn } from "./versions.ts";
import { documentIn } from "./view-policies.ts";

const DAY_MS = 86_400_000;

const Rule = {
  policyId: PolicyId,
  /** So many archived versions stay, the newest. */
  keepLast: z.int().min(0).max(1000),
  /** Those that were archived since stay, too. */
  olderThanDays: z.int().min(0).max(3650),
};

export const PreviewPruneVersions = z.strictObject(Rule);
export const PruneVersions = z.strictObject({
  ...Rule,
  /** Of the preview: what goes is what was looked at. */
  expected: z.array(z.int().min(1)).max(100_000),
});

/** Which archived versions of a policy a rule would take. @throws forbidden without `policy.view`; not_found; invalid */
export async function previewPruneVersions(
  ctx: Ctx,
  input: z.input<typeof PreviewPruneVersions>,
): Promise<{ going: number[]; staying: number }> {
  await demand(ctx, "policy.view");
  const { policyId, ...rule } = parse(PreviewPruneVersions, input);
  return query(async (db) => {
    const policy = await policyInTenant(db, ctx, policyId);
    const { going, staying } = await planOf(db, policy, { ...rule, now: ctx.now });
    return { going: going.map(({ number }) => number), staying };
  });
}

/**
 * Deletes archived versions for good: those of the preview and no others. The audit log keeps what they said.
 * @throws forbidden without `policy.prune`; not_found; invalid; conflict where it would take others than the preview said
 */
export async function pruneVersions(ctx: Ctx, input: z.input<typeof PruneVersions>): Promise<{ pruned: number[] }> {
  await demand(ctx, "policy.prune");
  const { policyId, expected, ...rule } = parse(PruneVersions, input);
  return transaction(async (tx) => {
    const policy = await lockPolicy(tx, ctx, policyId);
    const { going } = await planOf(tx, policy, { ...rule, now: ctx.now });
    const pruned = going.map(({ number }) => number);
    if (pruned.join() !== [...expected].sort((a, b) => b - a).join()) {
      throw conflict("A version was archived, restored or pruned since the preview. Look at it again.", {
        reason: "changed_since_preview",
      });
    }
    if (pruned.length === 0) return { pruned };
    await tx.policyVersion.deleteMany({ where: { id: { in: going.map(({ id }) => id) } } });
    const before = { versions: Object.fromEntries(going.map((one) => [one.number, documentIn(one)])) };
    await recordPolicy(tx, ctx, { action: "policy.pruned", policy, before });
    return { pruned };
  });
}

interface Asked {
  keepLast: number;
  olderThanDays: number;
  now: Date;
}

async function planOf(
  tx: Tx,
  { tenantId, id }: Policy,
  { keepLast, olderThanDays, now }: Asked,
): Promise<{ going: PolicyVersion[]; staying: number }> {
  const archived = await tx.policyVersion.findMany({
    where: { tenantId, policyId: id, state: "archived" },
    orderBy: { number: "desc" },
  });
  const before = now.getTime() - olderThanDays * DAY_MS;
  const going = archived.slice(keepLast).filter(({ archivedAt }) => (archivedAt?.getTime() ?? 0) <= before);
  return { going, staying: archived.length - going.length };
}

export const ForceDeletePolicy = z.strictObject({ policyId: PolicyId, confirm: z.string().trim() });

/**
 * Deletes a policy for good, with every version of it. The audit log keeps what they said.
 * @throws forbidden without `policy.forceDelete`; not_found; invalid where its name isn't given; conflict while a version is in
 *   force: archiving it is previewed, this is not
 */
export async function forceDeletePolicy(ctx: Ctx, input: z.input<typeof ForceDeletePolicy>): Promise<void> {
  await demand(ctx, "policy.forceDelete");
  const { policyId, confirm } = parse(ForceDeletePolicy, input);
  await transaction(async (tx) => {
    const policy = await lockPolicy(tx, ctx, policyId);
    if (confirm !== policy.name) throw invalid({ confirm: `must be ${policy.name}` });
    const active = await versionIn(tx, policy, "active");
    if (active)
      throw conflict(`Version ${active.number} is in force. Archive the policy first: that shows what changes.`);
    const where = { tenantId: policy.tenantId, policyId: policy.id };
    const versions = await tx.policyVersion.findMany({ where, orderBy: { number: "asc" } });
    await tx.policyVersion.deleteMany({ where });
    await tx.policy.delete({ where: { id: policy.id } });
    const before = {
      kind: policy.kind,
      versions: Object.fromEntries(versions.map((one) => [one.number, documentIn(one)])),
    };
    await recordPolicy(tx, ctx, { action: "policy.forceDeleted", policy, before });
  });
}
