import { type Actor, type Decision, entitle, isCapability, type RegistryCapability } from "#lib/access/index.ts";
import {
  FIND_BLOB,
  FIND_MANIFEST_BY_DIGEST,
  FIND_MANIFEST_BY_TAG,
  FIND_NOTHING,
  type FoundBlob,
  type FoundManifest,
  type RepositoryName,
} from "#lib/catalog/index.ts";
import { queryPrepared, translated } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { unauthenticated } from "../errors.ts";
import { type FactsRow, factsAnd, factsOf, factsValues } from "./facts.ts";

/** A decision about a repository, and whom and what it is about. */
export interface Access {
  decision: Decision;
  actor: Actor;
  tenant: { id: string; slug: string; name: string } | null;
  productId: string | null;
  repositoryId: string | null;
  memberId: string | null;
  /** Decides about another capability on the same facts. */
  may(capability: RegistryCapability): Decision;
}

/**
 * Decides whether a caller may use `capability` on a repository now. `principal` null is the anonymous caller.
 * @throws unauthenticated where the principal's token or session has ended since; unavailable
 */
export async function decideAccess(
  principal: Principal | null,
  repository: RepositoryName,
  capability: RegistryCapability,
): Promise<Access> {
  return (await load(STATEMENTS.nothing, { principal, repository, capability, asked: null })).access;
}

export interface Manifest {
  digest: string;
  mediaType: string;
  /** Exactly as pushed. */
  bytes: Buffer;
}

/** Decides about a pull and finds the manifest by tag or digest, in one statement. */
export async function readManifest(
  principal: Principal,
  repository: RepositoryName,
  reference: string,
): Promise<{ access: Access; manifest: Manifest | null }> {
  const statement = reference.includes(":") ? STATEMENTS.manifestByDigest : STATEMENTS.manifestByTag;
  const request = { principal, repository, capability: "registry.pull" as const, asked: reference };
  const { access, found } = await load<FoundManifest>(statement, request);
  if (!found.digest || !found.media_type || !found.bytes) return { access, manifest: null };
  return { access, manifest: { digest: found.digest, mediaType: found.media_type, bytes: found.bytes } };
}

/** Decides about a pull and finds the blob, in one statement. A blob that no manifest names yet is its pushers' alone. */
export async function readBlob(
  principal: Principal,
  repository: RepositoryName,
  digest: string,
): Promise<{ access: Access; blob: { digest: string; size: number; referenced: boolean } | null }> {
  const request = { principal, repository, capability: "registry.pull" as const, asked: digest };
  const { access, found } = await load<FoundBlob>(STATEMENTS.blob, request);
  if (!found.digest || found.size === null) return { access, blob: null };
  if (!found.referenced && !access.may("registry.push").allowed) return { access, blob: null };
  return { access, blob: { digest: found.digest, size: Number(found.size), referenced: found.referenced } };
}

const STATEMENTS = {
  nothing: factsAnd(FIND_NOTHING),
  manifestByTag: factsAnd(FIND_MANIFEST_BY_TAG),
  manifestByDigest: factsAnd(FIND_MANIFEST_BY_DIGEST),
  blob: factsAnd(FIND_BLOB),
};

interface Request {
  principal: Principal | null;
  repository: RepositoryName;
  capability: RegistryCapability;
  asked: string | null;
}

async function load<Found extends object>(
  statement: ReturnType<typeof factsAnd>,
  { principal, repository, capability, asked }: Request,
): Promise<{ access: Access; found: Found }> {
  const values = factsValues(principal, repository, asked);
  const [row] = await queryPrepared<{ facts: FactsRow } & Found>(statement, values).catch((error) => {
    throw translated(error);
  });
  if (!row) throw new Error("the facts statement answers with one row");
  const { facts } = row;
  if (principal && !facts.callerValid) throw unauthenticated("The token has expired or was revoked.", INVALID_TOKEN);
  const now = new Date();
  const may = (asked: RegistryCapability) => entitle(factsOf(facts, asked, now));
  const access: Access = {
    decision: may(capability),
    actor: actorOf(principal, facts),
    tenant: facts.tenantId ? { id: facts.tenantId, slug: repository.tenant, name: facts.tenantName ?? "" } : null,
    productId: facts.productId,
    repositoryId: facts.repositoryId,
    memberId: facts.memberId,
    may,
  };
  return { access, found: row };
}

const INVALID_TOKEN = { reason: "invalid_token" };

function actorOf(principal: Principal | null, facts: FactsRow): Actor {
  if (!principal) return { type: "anonymous" };
  const user = facts.userId && facts.email ? { id: facts.userId, email: facts.email } : null;
  if (principal.type === "user") {
    return { type: "user", id: principal.userId, email: user?.email ?? "", role: facts.role };
  }
  // A robot is somebody in its own tenant only.
  const foreign = facts.tokenTenantId !== null && facts.tokenTenantId !== facts.tenantId;
  return {
    type: "token",
    id: principal.tokenId,
    kind: user ? "personal" : "robot",
    name: facts.tokenName ?? "",
    user,
    scopes: foreign ? [] : (facts.scopes ?? []).filter(isCapability),
    role: facts.role,
  };
}
