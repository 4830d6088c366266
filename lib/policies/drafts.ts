import { z } from "zod";
import { actorLabel } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type Policy, type PolicyKind, type PolicyVersion, type Prisma, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { type Documents, documentOf } from "./documents.ts";
import { lockPolicy, PolicyId, recordPolicy, VersionKey, versionIn, versionOf } from "./versions.ts";

const Name = z.string().trim().min(1, "is missing").max(100);
const Note = z.string().trim().max(1000).default("");

export const CreatePolicy = z.strictObject({
  kind: z.enum(["retention", "immutability", "access"]),
  name: Name,
  description: z.string().trim().max(1000).default(""),
  /** What its first version says, by its kind. */
  document: z.unknown(),
  note: Note,
});

/**
 * Makes a policy with its first version, a draft: it rules nothing until that is put in force.
 * @throws forbidden without `policy.edit`; invalid, also for what the document says; conflict where one has the name
 */
export async function createPolicy(ctx: Ctx, input: z.input<typeof CreatePolicy>): Promise<VersionKey> {
  await demand(ctx, "policy.edit");
  const { kind, name, description, note, ...given } = parse(CreatePolicy, input);
  const document = documentOf(kind, given.document);
  return transaction(async (tx) => {
    await refuseTaken(tx, ctx, name);
    await refuseUnknown(tx, ctx, document);
    const policy = await tx.policy.create({ data: { tenantId: ctx.tenant.id, kind, name, description } });
    await addVersion(tx, ctx, { policy, number: 1, document, note });
    await recordPolicy(tx, ctx, { action: "policy.created", policy, after: { kind, version: 1, document } });
    return { policyId: policy.id, number: 1 };
  });
}

export const ChangePolicy = z.strictObject({
  policyId: PolicyId,
  name: Name,
  description: z.string().trim().max(1000),
});

/** Gives a policy another name or description. @throws forbidden without `policy.edit`; not_found; invalid; conflict */
export async function changePolicy(ctx: Ctx, input: z.input<typeof ChangePolicy>): Promise<{ changed: boolean }> {
  await demand(ctx, "policy.edit");
  const { policyId, ...words } = parse(ChangePolicy, input);
  return transaction(async (tx) => {
    const policy = await lockPolicy(tx, ctx, policyId);
    const { name, description } = policy;
    if (words.name === name && words.description === description) return { changed: false };
    if (words.name !== name) await refuseTaken(tx, ctx, words.name);
    await tx.policy.update({ where: { id: policy.id }, data: words, select: { id: true } });
    await recordPolicy(tx, ctx, { action: "policy.changed", policy, before: { name, description }, after: words });
    return { changed: true };
  });
}

export const StartDraft = VersionKey;

/**
 * Begins a draft that says what another version says. What is in force stays so.
 * @throws forbidden without `policy.edit`; not_found; conflict where a draft is there already
 */
export async function startDraft(ctx: Ctx, input: z.input<typeof StartDraft>): Promise<VersionKey> {
  await demand(ctx, "policy.edit");
  const from = parse(StartDraft, input);
  return transaction(async (tx) => {
    const policy = await lockPolicy(tx, ctx, from.policyId);
    const { document } = await versionOf(tx, ctx, from);
    const draft = await versionIn(tx, policy, "draft");
    if (draft) throw conflict(`Version ${draft.number} is a draft already: go on with that, or discard it.`);
    const number = policy.lastNumber + 1;
    await tx.policy.update({ where: { id: policy.id }, data: { lastNumber: number }, select: { id: true } });
    await addVersion(tx, ctx, { policy, number, document: document as object, note: "" });
    await recordPolicy(tx, ctx, { action: "policy.drafted", policy, after: { version: number, from: from.number } });
    return { policyId: policy.id, number };
  });
}

export const SaveDraft = VersionKey.extend({ document: z.unknown(), note: Note });

/**
 * Writes down what a draft says.
 * @throws forbidden without `policy.edit`; not_found; invalid; conflict for a version that is no draft any more
 */
export async function saveDraft(ctx: Ctx, input: z.input<typeof SaveDraft>): Promise<{ changed: boolean }> {
  await demand(ctx, "policy.edit");
  const { note, document: given, ...key } = parse(SaveDraft, input);
  return transaction(async (tx) => {
    const policy = await lockPolicy(tx, ctx, key.policyId);
    const draft = await draftOf(tx, ctx, key);
    const document = documentOf(policy.kind, given);
    await refuseUnknown(tx, ctx, document);
    const before = draft.document as object;
    if (isSame(before, document) && draft.note === note) return { changed: false };
    await tx.policyVersion.update({ where: { id: draft.id }, data: { document, note }, select: { id: true } });
    await recordPolicy(tx, ctx, {
      action: "policy.draftSaved",
      policy,
      before: { version: key.number, document: before },
      after: { document, note },
    });
    return { changed: true };
  });
}

/**
 * Throws a draft away; with the only version its policy goes.
 * @throws forbidden without `policy.edit`; not_found; conflict for a version that is no draft any more
 */
export async function discardDraft(ctx: Ctx, input: z.input<typeof VersionKey>): Promise<{ policyGone: boolean }> {
  await demand(ctx, "policy.edit");
  const key = parse(VersionKey, input);
  return transaction(async (tx) => {
    const policy = await lockPolicy(tx, ctx, key.policyId);
    const draft = await draftOf(tx, ctx, key);
    await tx.policyVersion.delete({ where: { id: draft.id } });
    await recordPolicy(tx, ctx, {
      action: "policy.draftDiscarded",
      policy,
      before: { version: key.number, document: draft.document as object },
    });
    const left = await tx.policyVersion.count({ where: { tenantId: ctx.tenant.id, policyId: policy.id } });
    if (left === 0) await tx.policy.delete({ where: { id: policy.id } });
    return { policyGone: left === 0 };
  });
}

async function refuseTaken(tx: Tx, ctx: Ctx, name: string): Promise<void> {
  // Of two at once, the unique key lets one through.
  const taken = await tx.policy.findUnique({ where: { tenantId_name: { tenantId: ctx.tenant.id, name } } });
  if (taken) throw conflict(`There is a policy called ${name} already.`);
}

async function refuseUnknown(tx: Tx, ctx: Ctx, document: Documents[PolicyKind]): Promise<void> {
  if (!("products" in document) || document.products.length === 0) return;
  const where = { tenantId: ctx.tenant.id, slug: { in: document.products } };
  const known = new Set((await tx.product.findMany({ where, select: { slug: true } })).map(({ slug }) => slug));
  const unknown = document.products.filter((slug) => !known.has(slug));
  if (unknown.length > 0)
    throw invalid({ "document.products": `names ${unknown.join(", ")}, which is no product here` });
}

async function addVersion(
  tx: Tx,
  ctx: Ctx,
  { policy, ...what }: { policy: Policy; number: number; document: Prisma.InputJsonObject; note: string },
): Promise<void> {
  const { id: policyId, tenantId, kind } = policy;
  const data = { tenantId, policyId, kind, ...what, createdBy: actorLabel(ctx.actor), createdAt: ctx.now };
  await tx.policyVersion.create({ data, select: { id: true } });
}

async function draftOf(tx: Tx, ctx: Ctx, key: VersionKey): Promise<PolicyVersion> {
  const version = await versionOf(tx, ctx, key);
  if (version.state === "draft") return version;
  throw conflict(`Version ${key.number} is no draft any more: begin a new one from it.`, { reason: "not_a_draft" });
}

// What comes from the database has its fields in another order.
function isSame(one: object, other: object): boolean {
  const sorted = (value: object) => JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
