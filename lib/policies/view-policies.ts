import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { type Policy, type PolicyKind, type PolicyVersion, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { compareDocuments, describeDocument, type Line, type LineChange } from "./describe.ts";
import type { Documents } from "./documents.ts";
import { PolicyId, policyInTenant, VersionKey, versionOf } from "./versions.ts";

type OfKind = { [K in PolicyKind]: { kind: K; document: Documents[K] } }[PolicyKind];

/** A version as it is looked at. */
export type VersionView = OfKind &
  Pick<PolicyVersion, "number" | "state" | "note" | "createdAt" | "createdBy" | "activatedAt" | "activatedBy"> &
  Pick<PolicyVersion, "archivedAt" | "archivedBy"> & { lines: Line[] };

export interface PolicyRow {
  id: string;
  kind: PolicyKind;
  name: string;
  description: string;
  /** The number of the version that is in force, and of the draft. */
  active: number | null;
  draft: number | null;
  versions: number;
  /** What it says in force, and else in its newest version. */
  lines: Line[];
}

export type PolicyView = PolicyRow & {
  createdAt: Date;
  /** The newest first. */
  all: VersionView[];
};

/** A tenant's policies, by kind and name. @throws forbidden without `policy.view` */
export async function listPolicies(ctx: Ctx): Promise<PolicyRow[]> {
  await demand(ctx, "policy.view");
  const policies = await query((db) =>
    db.policy.findMany({
      where: { tenantId: ctx.tenant.id },
      include: { versions: { orderBy: { number: "desc" } } },
      orderBy: [{ kind: "asc" }, { name: "asc" }],
    }),
  );
  return policies.map(({ versions, ...policy }) => rowOf(policy, versions));
}

/** One policy with all its versions. @throws forbidden without `policy.view`; not_found */
export async function viewPolicy(ctx: Ctx, policyId: string): Promise<PolicyView> {
  await demand(ctx, "policy.view");
  return query(async (db) => {
    const policy = await policyInTenant(db, ctx, parse(PolicyId, policyId));
    const where = { tenantId: ctx.tenant.id, policyId: policy.id };
    const versions = await db.policyVersion.findMany({ where, orderBy: { number: "desc" } });
    return { ...rowOf(policy, versions), createdAt: policy.createdAt, all: versions.map(versionView) };
  });
}

/** One version of a policy, with the policy. @throws forbidden without `policy.view`; not_found */
export async function viewVersion(
  ctx: Ctx,
  input: z.input<typeof VersionKey>,
): Promise<{ policy: PolicyView; version: VersionView }> {
  await demand(ctx, "policy.view");
  const key = parse(VersionKey, input);
  const policy = await viewPolicy(ctx, key.policyId);
  const version = versionView(await query((db) => versionOf(db, ctx, key)));
  return { policy, version };
}

export const CompareVersions = z.strictObject({ policyId: PolicyId, from: z.int().min(1), to: z.int().min(1) });

/** What two versions of a policy say differently. @throws forbidden without `policy.view`; not_found; invalid */
export async function compareVersions(
  ctx: Ctx,
  input: z.input<typeof CompareVersions>,
): Promise<{ policy: Policy; changes: LineChange[] }> {
  await demand(ctx, "policy.view");
  const { policyId, from, to } = parse(CompareVersions, input);
  return query(async (db) => {
    const policy = await policyInTenant(db, ctx, policyId);
    const before = await versionOf(db, ctx, { policyId, number: from });
    const after = await versionOf(db, ctx, { policyId, number: to });
    return { policy, changes: changesOf(policy.kind, before, after) };
  });
}

function changesOf<K extends PolicyKind>(kind: K, before: PolicyVersion, after: PolicyVersion): LineChange[] {
  return compareDocuments(kind, documentIn(before), documentIn(after));
}

/** What a version says: it was checked when it was written. */
export function documentIn<K extends PolicyKind>({ document }: Pick<PolicyVersion, "document">): Documents[K] {
  return document as unknown as Documents[K];
}

function rowOf({ id, kind, name, description }: Policy, versions: readonly PolicyVersion[]): PolicyRow {
  const active = versions.find(({ state }) => state === "active");
  const shown = active ?? versions[0];
  return {
    ...{ id, kind, name, description },
    active: active?.number ?? null,
    draft: versions.find(({ state }) => state === "draft")?.number ?? null,
    versions: versions.length,
    lines: shown ? describeDocument(kind, documentIn(shown)) : [],
  };
}

function versionView(row: PolicyVersion): VersionView {
  const { number, state, note, createdAt, createdBy, activatedAt, activatedBy, archivedAt, archivedBy } = row;
  return {
    ...{ number, state, note, createdAt, createdBy, activatedAt, activatedBy, archivedAt, archivedBy },
    ...({ kind: row.kind, document: documentIn(row) } as OfKind),
    lines: describeDocument(row.kind, documentIn(row)),
  };
}
