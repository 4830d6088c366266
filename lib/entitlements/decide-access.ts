import {
  type Actor,
  type Decision,
  entitle,
  type Facts,
  isCapability,
  type RegistryCapability,
} from "#lib/access/index.ts";
import { type Blob, findBlob, findManifest, type Manifest, type RepositoryName } from "#lib/catalog/index.ts";
import { translated } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { unauthenticated } from "../errors.ts";
import { type Caller, callerAt, FIND_CALLER, NOBODY, stillHolds } from "./caller.ts";
import { FIND_PLACE, type Place, placeOf } from "./place.ts";

/** What a decision asks of the database: for those who measure it. */
export const DECISION_STATEMENTS = { findPlace: FIND_PLACE, findCaller: FIND_CALLER } as const;

/** A decision about a repository, and whom and what it is about. */
export interface Access {
  decision: Decision;
  actor: Actor;
  tenant: { id: string; slug: string; name: string } | null;
  productId: string | null;
  repositoryId: string | null;
  memberId: string | null;
  /** What is said of the repository's images that are recalled, by digest; null where none is. */
  recalled: Place["recalled"];
  upstreamId: Place["upstreamId"];
  /** Decides about another capability on the same facts. */
  may(capability: RegistryCapability): Decision;
}

/**
 * Decides whether a caller may use `capability` on a repository now. `principal` null is the anonymous caller. The facts
 * are read anew or known to hold (docs/adr/0011); the rule is asked every time.
 * @throws unauthenticated where the principal's token or session has ended since; unavailable
 */
export async function decideAccess(
  principal: Principal | null,
  repository: RepositoryName,
  capability: RegistryCapability,
): Promise<Access> {
  const place = await read(() => placeOf(repository));
  const caller = principal ? await read(() => callerAt(principal, place)) : NOBODY;
  return accessOf({ principal, repository, capability, place, caller });
}

/**
 * What the answer to a user would be, whoever asks: the same facts and the same rule as if they came with their password.
 * @throws unavailable
 */
export async function foretellAccess(userId: string, repository: RepositoryName, now: Date): Promise<Decision> {
  const place = await read(() => placeOf(repository));
  const caller = await read(() => callerAt({ type: "user", userId, sessionVersion: 0 }, place));
  return entitle(factsOf(place, caller, { capability: "registry.pull", now }));
}

/** Decides about a pull and finds the manifest by tag or digest. @throws as decideAccess */
export async function readManifest(
  principal: Principal,
  repository: RepositoryName,
  reference: string,
): Promise<{ access: Access; manifest: Manifest | null }> {
  const access = await decideAccess(principal, repository, "registry.pull");
  const { repositoryId } = access;
  const manifest = repositoryId ? await read(() => findManifest(repositoryId, reference)) : null;
  return { access, manifest };
}

/** Decides about a pull and finds the blob. One that no manifest names yet is its pushers' alone. @throws as decideAccess */
export async function readBlob(
  principal: Principal,
  repository: RepositoryName,
  digest: string,
): Promise<{ access: Access; blob: Blob | null }> {
  const access = await decideAccess(principal, repository, "registry.pull");
  const { repositoryId } = access;
  const blob = repositoryId ? await read(() => findBlob(repositoryId, digest)) : null;
  const visible = blob && (blob.referenced || access.may("registry.push").allowed);
  return { access, blob: visible ? blob : null };
}

async function read<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(error);
  }
}

interface Question {
  principal: Principal | null;
  repository: RepositoryName;
  capability: RegistryCapability;
  place: Place;
  caller: Caller;
}

/** The decision on facts that are there. @throws unauthenticated */
export function accessOf({ principal, repository, capability, place, caller }: Question): Access {
  const now = new Date();
  if (principal && !stillHolds(principal, caller, now)) {
    throw unauthenticated("The token has expired or was revoked.", { reason: "invalid_token" });
  }
  const may = (asked: RegistryCapability) => entitle(factsOf(place, caller, { capability: asked, now }));
  return {
    decision: may(capability),
    actor: actorOf(principal, place, caller),
    tenant: place.tenant && { id: place.tenant.id, slug: repository.tenant, name: place.tenant.name },
    productId: place.product?.id ?? null,
    repositoryId: place.repositoryId,
    memberId: caller.member?.id ?? null,
    recalled: place.recalled,
    upstreamId: place.upstreamId,
    may,
  };
}

function factsOf(place: Place, caller: Caller, asked: Pick<Facts, "capability" | "now">): Facts {
  const { token, role, member, subscriptions, grants } = caller;
  const robotOfIts = token !== null && token.tenantId !== null && token.tenantId === place.tenant?.id;
  return {
    ...asked,
    tenant: place.tenant,
    product: place.product,
    token: token && { ...token, endless: token.expiresAt === null },
    team: robotOfIts ? "robot" : owes(place, caller) ? null : role,
    owesSecondFactor: owes(place, caller),
    member,
    subscriptions,
    grants,
  };
}

function owes({ tenant }: Place, { user, role }: Caller): boolean {
  return role !== null && tenant?.secondFactorRequired === true && user?.secondFactor !== true;
}

function actorOf(principal: Principal | null, place: Place, caller: Caller): Actor {
  if (!principal) return { type: "anonymous" };
  const { user, token } = caller;
  const role = owes(place, caller) ? null : caller.role;
  if (principal.type === "user") return { type: "user", id: principal.userId, email: user?.email ?? "", role };
  // A robot is somebody in its own tenant only.
  const foreign = token !== null && token.tenantId !== null && token.tenantId !== place.tenant?.id;
  return {
    type: "token",
    id: principal.tokenId,
    kind: user ? "personal" : "robot",
    name: token?.name ?? "",
    user: user && { id: user.id, email: user.email },
    scopes: foreign ? [] : (token?.scopes ?? []).filter(isCapability),
    role,
  };
}
