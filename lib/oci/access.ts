import { type Reason, type RegistryCapability, whyOf } from "#lib/access/index.ts";
import { recordRefusal } from "#lib/audit/index.ts";
import type { RepositoryName } from "#lib/catalog/index.ts";
import { type Access, decideAccess } from "#lib/entitlements/index.ts";
import { currentRequest } from "#lib/http/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import type { Mirror } from "#lib/upstream/index.ts";
import type { Ctx } from "../context.ts";
import { AppError } from "../errors.ts";
import { nameUnknown } from "./path.ts";

/** The verb's context, once a decision said who the caller is to this tenant. */
export function ctxOf(access: Access): Ctx {
  if (!access.tenant) throw nameUnknown();
  return { tenant: access.tenant, actor: access.actor, requestId: currentRequest().requestId, now: new Date() };
}

/** Where a pull looks for what is not here, for a caller who was let through; null where it looks nowhere else. */
export function mirrorOf({ tenant, repositoryId, upstreamId }: Access, repository: RepositoryName): Mirror | null {
  if (!tenant || !repositoryId || !upstreamId) return null;
  return { tenant, repositoryId, upstreamId, repository, requestId: currentRequest().requestId };
}

const ENTITLEMENT_REASONS: ReadonlySet<Reason> = new Set(["not_entitled", "membership_inactive", "member_suspended"]);

// A client that is refused an image asks for it again and again, by tag, by digest, with HEAD and GET: one row says it.
const PULLS_RECORDED_A_MINUTE = 1;
const OTHERS_RECORDED_A_MINUTE = 60;

/**
 * Lets an allowed caller through. What a caller may not know of is answered like what is not there; any other refusal is
 * audited and says why.
 * @throws not_found with NAME_UNKNOWN; not_entitled or forbidden with the reason
 */
export async function admit(access: Access, capability: RegistryCapability, repository: RepositoryName): Promise<void> {
  const { decision } = access;
  if (decision.allowed) return;
  if (!decision.visible) throw nameUnknown();
  const entitlement = ENTITLEMENT_REASONS.has(decision.reason);
  const action = entitlement ? "oci.pull.denied_entitlement" : capability;
  const subject = { type: "repository", id: access.repositoryId ?? repository.name, label: repository.name };
  const refusal = { action, reason: decision.reason, subject };
  await recordRefusal(ctxOf(access), refusal, entitlement ? PULLS_RECORDED_A_MINUTE : OTHERS_RECORDED_A_MINUTE);
  throw new AppError(entitlement ? "not_entitled" : "forbidden", decision.message, {
    reason: decision.reason,
    why: whyOf(decision),
  });
}

/** The context of a push, for who may. @throws as admit */
export async function pushContext(principal: Principal, repository: RepositoryName): Promise<Ctx> {
  return contextTo("registry.push", principal, repository);
}

/** The context of a verb that needs the capability, for who has it. @throws as admit */
export async function contextTo(
  capability: RegistryCapability,
  principal: Principal,
  repository: RepositoryName,
): Promise<Ctx> {
  const access = await decideAccess(principal, repository, capability);
  await admit(access, capability, repository);
  return ctxOf(access);
}
