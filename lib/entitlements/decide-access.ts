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
  const { access, row } = await load<FoundManifest>(statement, request);
  if (!row.digest || !row.media_type || !row.bytes) return { access, manifest: null };
  return { access, manifest: { digest: row.digest, mediaType: row.media_type, bytes: row.bytes } };
}

/** Decides about a pull and finds the blob, in one statement. A blob that no manifest names yet is its pushers' alone. */
export async function readBlob(
  principal: Principal,
  repository: RepositoryName,
  digest: string,
): Promise<{ access: Access; blob: { digest: string; size: number } | null }> {
  const request = { principal, repository, capability: "registry.pull" as const, asked: digest };
  const { access, row } = await load<FoundBlob>(STATEMENTS.blob, request);
  if (!row.digest || row.size === null) return { access, blob: null };
  if (!row.referenced && !access.may("registry.push").allowed) return { access, blob: null };
  return { access, blob: { digest: row.digest, size: Number(row.size) } };
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
): Promise<{ access: Access; row: FactsRow & Found }> {
  const [row] = await queryPrepared<FactsRow & Found>(statement, factsValues(principal, repository, asked)).catch(
    (error) => {
      throw translated(error);
    },
  );
  if (!row) throw new Error("the facts statement answers with one row");
  if (principal && !row.caller_valid) throw unauthenticated("The token has expired or was revoked.");
  const now = new Date();
  const may = (asked: RegistryCapability) => entitle(factsOf(row, asked, now));
  const access: Access = {
    decision: may(capability),
    actor: actorOf(principal, row),
    tenant: row.tenant_id ? { id: row.tenant_id, slug: repository.tenant, name: row.tenant_name ?? "" } : null,
    productId: row.product_id,
    repositoryId: row.repository_id,
    memberId: row.member_id,
    may,
  };
  return { access, row };
}

function actorOf(principal: Principal | null, row: FactsRow): Actor {
  if (!principal) return { type: "anonymous" };
  const user = row.user_id && row.email ? { id: row.user_id, email: row.email } : null;
  if (principal.type === "user")
    return { type: "user", id: principal.userId, email: user?.email ?? "", role: row.role };
  // A robot is somebody in its own tenant only.
  const foreign = row.token_tenant_id !== null && row.token_tenant_id !== row.tenant_id;
  return {
    type: "token",
    id: principal.tokenId,
    kind: user ? "personal" : "robot",
    name: row.token_name ?? "",
    user,
    scopes: foreign ? [] : (row.scopes ?? []).filter(isCapability),
    role: row.role,
  };
}
