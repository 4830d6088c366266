import { z } from "zod";
import { actorLabel, type Capability, decide } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type Policy, type PolicyKind, type PolicyVersion, rehearsed, type Tx } from "#lib/db/index.ts";
import {
  compareDocuments,
  documentIn,
  lockPolicy,
  PolicyId,
  policyInTenant,
  recordPolicy,
  versionIn,
  versionOf,
} from "#lib/policies/index.ts";
import { changeTenant, lockTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { accessPicture } from "./access-picture.ts";
import { applyAccess, refuseWithoutFactor } from "./apply-access.ts";
import { type Effect, effectOf, type Picture } from "./effect.ts";
import { refuseOverlap } from "./refuse-overlap.ts";
import { tagPicture } from "./tag-picture.ts";
import { toldOf } from "./told-of.ts";

/** A policy's version, or none of them. */
export const PreviewPolicy = z.strictObject({ policyId: PolicyId, number: z.int().min(1).nullable() });

const Looked = { fingerprint: z.string().min(1, "is missing").max(100) };
export const PutInForce = z.strictObject({ policyId: PolicyId, number: z.int().min(1), ...Looked });
export const ArchivePolicy = z.strictObject({ policyId: PolicyId, ...Looked });

/**
 * What putting a version in force would change, or taking the policy out of force (number null): found out by doing it and
 * undoing it.
 * @throws forbidden without `policy.view`; not_found; conflict where it can't be put in force as things are
 */
export async function previewPolicy(ctx: Ctx, input: z.input<typeof PreviewPolicy>): Promise<Effect> {
  await demand(ctx, "policy.view");
  const { policyId, number } = parse(PreviewPolicy, input);
  const { effect, looked } = await rehearsed(async (tx) => {
    const policy = await lockedInTurn(tx, ctx, policyId);
    const looked = number === null ? null : await versionOf(tx, ctx, { policyId, number });
    if (looked === null) await activeOf(tx, policy);
    return { looked, effect: await enact(tx, ctx, { policy, version: looked }) };
  });
  const told = await toldOf(ctx, looked);
  return { ...effect, sections: [...effect.sections, ...told] };
}

// In the order in which versions are put in force: else each could hold what the other waits for.
async function lockedInTurn(tx: Tx, ctx: Ctx, policyId: string): Promise<Policy> {
  const { kind } = await policyInTenant(tx, ctx, policyId);
  if (kind === "access") await lockTenant(tx, ctx.tenant.id);
  return lockPolicy(tx, ctx, policyId);
}

/**
 * Puts a draft in force, as its preview showed; the version before it is archived.
 * @throws forbidden without `policy.edit`, and without what the kind needs besides (retention deletes, access is a setting);
 *   not_found; invalid; conflict where anything changed since the preview, for what is no draft, and where another policy
 *   rules the same
 */
export async function activateDraft(ctx: Ctx, input: z.input<typeof PutInForce>): Promise<Effect> {
  return putInForce(ctx, "policy.edit", { input, from: "draft", action: "policy.activated" });
}

/**
 * Puts an archived version in force again, as its preview showed.
 * @throws as activateDraft, with `policy.restore`
 */
export async function restoreVersion(ctx: Ctx, input: z.input<typeof PutInForce>): Promise<Effect> {
  return putInForce(ctx, "policy.restore", { input, from: "archived", action: "policy.restored" });
}

/**
 * Takes a policy out of force, as its preview showed: what it ruled is ruled by what stands behind it again.
 * @throws forbidden without `policy.archive`, and without what the kind needs besides; not_found; invalid; conflict where
 *   anything changed since the preview, and where no version is in force
 */
export async function archivePolicy(ctx: Ctx, input: z.input<typeof ArchivePolicy>): Promise<Effect> {
  const { policyId, fingerprint } = parse(ArchivePolicy, input);
  return changeTenant(ctx, "policy.archive", async (tx, held) => {
    const policy = await lockPolicy(tx, ctx, policyId);
    insistOnKind(held.ctx, policy.kind);
    const active = await activeOf(tx, policy);
    const effect = await enact(tx, ctx, { policy, version: null });
    refuseOther(effect, fingerprint);
    await recordPolicy(tx, ctx, { action: "policy.archived", policy, before: { version: active.number } });
    return effect;
  });
}

/** @throws conflict where none is */
async function activeOf(tx: Tx, policy: Policy): Promise<PolicyVersion> {
  const active = await versionIn(tx, policy, "active");
  if (!active) throw conflict("No version of this policy is in force.", { reason: "not_in_force" });
  return active;
}

interface Deed {
  input: z.input<typeof PutInForce>;
  from: "draft" | "archived";
  action: string;
}

async function putInForce(ctx: Ctx, capability: Capability, { input, from, action }: Deed): Promise<Effect> {
  await demand(ctx, capability);
  const { fingerprint, ...key } = parse(PutInForce, input);
  return changeTenant(ctx, capability, async (tx, held) => {
    const policy = await lockPolicy(tx, ctx, key.policyId);
    insistOnKind(held.ctx, policy.kind);
    const version = await versionOf(tx, ctx, key);
    if (version.state !== from) throw conflict(`Version ${key.number} is ${version.state}.`, { reason: "wrong_state" });
    const before = await versionIn(tx, policy, "active");
    const effect = await enact(tx, ctx, { policy, version });
    refuseOther(effect, fingerprint);
    await recordPolicy(tx, ctx, {
      action,
      policy,
      before: before ? { version: before.number } : undefined,
      after: { version: version.number, document: documentIn(version) },
    });
    return effect;
  });
}

/** What ruling in this way comes down to needs its own right, too. */
const NEEDS: Partial<Record<PolicyKind, Capability>> = { retention: "registry.delete", access: "tenant.update" };

function insistOnKind({ actor }: Ctx, kind: PolicyKind): void {
  const needed = NEEDS[kind];
  const decision = needed && decide(actor, needed);
  if (decision && !decision.allowed) throw new AppError("forbidden", decision.reason, { reason: needed });
}

function refuseOther({ fingerprint }: Effect, looked: string): void {
  if (fingerprint === looked) return;
  throw conflict("What it would change is otherwise than in the preview. Look at it again.", {
    reason: "changed_since_preview",
  });
}

interface Change {
  policy: Policy;
  /** What is to be in force; null for nothing. */
  version: PolicyVersion | null;
}

async function enact(tx: Tx, ctx: Ctx, { policy, version }: Change): Promise<Effect> {
  const active = await versionIn(tx, policy, "active");
  const look = () => pictureOf(tx, ctx, { kind: policy.kind, versions: [active, version] });
  if (version) await refuseOverlap(tx, policy, version);
  if (version && policy.kind === "access") await refuseWithoutFactor(tx, ctx, documentIn<"access">(version));
  const before = await look();
  if (active) await setState(tx, ctx, { version: active, state: "archived" });
  if (version) await setState(tx, ctx, { version, state: "active" });
  if (policy.kind === "access") {
    await applyAccess(tx, ctx, { policy, first: active === null, document: version && documentIn<"access">(version) });
  }
  const changes = compareDocuments(policy.kind, active && documentIn(active), version && documentIn(version));
  return effectOf(changes, { before, after: await look(), actor: ctx.actor });
}

async function setState(
  tx: Tx,
  ctx: Ctx,
  { version: { id }, state }: { version: PolicyVersion; state: "active" | "archived" },
): Promise<void> {
  const by = actorLabel(ctx.actor);
  const data =
    state === "active"
      ? { state, activatedAt: ctx.now, activatedBy: by, archivedAt: null, archivedBy: null }
      : { state, archivedAt: ctx.now, archivedBy: by };
  await tx.policyVersion.update({ where: { id }, data, select: { id: true } });
}

function pictureOf(
  tx: Tx,
  ctx: Ctx,
  { kind, versions }: { kind: PolicyKind; versions: (PolicyVersion | null)[] },
): Promise<Picture> {
  if (kind === "access") return accessPicture(tx, ctx);
  const documents = versions.flatMap((one) => (one ? [documentIn<typeof kind>(one)] : []));
  return tagPicture(tx, ctx, { kind, documents });
}
