import { actorKey } from "#lib/access/index.ts";
import { type Manifest, notePull, putManifest, type RepositoryName } from "#lib/catalog/index.ts";
import { type Access, readManifest } from "#lib/entitlements/index.ts";
import { bytesOf, hasAlready, warningHeader } from "#lib/http/index.ts";
import { type Mirrored, mirrorManifest } from "#lib/upstream/index.ts";
import { AppError } from "../errors.ts";
import { admit, mirrorOf, pushContext } from "./access.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { checkedReference, nameUnknown, repositoryName } from "./path.ts";

/** distribution-spec, "Pushing Manifests": a registry should take at least 4 MiB. */
const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

interface Asked {
  name: string;
  reference: string;
}

/** GET and HEAD: distribution-spec, "Pulling manifests". */
export async function getManifest(request: Request, asked: Asked): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(asked.name);
  const reference = checkedReference(asked.reference);
  const { access, manifest: kept } = await readManifest(principal, repository, reference);
  await admit(access, "registry.pull", repository);
  if (!access.repositoryId) throw nameUnknown();
  const mirror = mirrorOf(access, repository);
  const found: Mirrored = mirror ? await mirrorManifest(mirror, reference, kept) : { manifest: kept };
  const { manifest } = found;
  if (!manifest) throw manifestUnknown(reference);
  const headers = { ...manifestHeaders(manifest), ...warningOf(access, manifest.digest, found.warning) };
  if (hasAlready(request, headers.etag)) return new Response(null, { status: 304, headers });
  if (request.method === "HEAD") return new Response(null, { status: 200, headers });
  const bytes = await manifest.bytes();
  if (!bytes) throw manifestUnknown(reference);
  count(access, repository, { reference, digest: manifest.digest });
  return new Response(bytes as Uint8Array<ArrayBuffer>, { status: 200, headers });
}

function manifestUnknown(reference: string): AppError {
  return new AppError("not_found", `There is no manifest ${reference}.`, { reason: "MANIFEST_UNKNOWN" });
}

/** PUT: distribution-spec, "Pushing Manifests". */
export async function pushManifest(request: Request, asked: Asked): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(asked.name);
  const reference = checkedReference(asked.reference);
  await pushContext(principal, repository);
  const contentType = request.headers.get("content-type") ?? "";
  const bytes = await bytesOf(request, MANIFEST_BYTES_MAX);
  // Asked again: a body may be sent for longer than the right to push holds.
  const ctx = await pushContext(principal, repository);
  const { digest, subjectDigest } = await putManifest(ctx, { repository, reference, contentType, bytes });
  const headers: Record<string, string> = {
    ...REGISTRY_HEADERS,
    location: `/v2/${repository.name}/manifests/${digest}`,
    "docker-content-digest": digest,
    "content-length": "0",
  };
  if (subjectDigest) headers["oci-subject"] = subjectDigest;
  return new Response(null, { status: 201, headers });
}

function manifestHeaders(manifest: Manifest) {
  return {
    ...REGISTRY_HEADERS,
    "content-type": manifest.mediaType,
    "content-length": String(manifest.size),
    "docker-content-digest": manifest.digest,
    etag: `"${manifest.digest}"`,
  };
}

/** What podman and skopeo show at the terminal: how long access lasts, and that an image is recalled. */
export function warningOf(access: Access, digest?: string, more?: string): { warning?: string } {
  return warningHeader(access.decision.warning, digest && access.recalled?.[digest], more);
}

function count(access: Access, repository: RepositoryName, pulled: { reference: string; digest: string }): void {
  const { tenant, productId, repositoryId, memberId, actor } = access;
  if (!tenant || !productId || !repositoryId) throw new Error(`${repository.name} was pulled without being there`);
  const tag = pulled.reference === pulled.digest ? null : pulled.reference;
  notePull({
    tenantId: tenant.id,
    productId,
    repositoryId,
    memberId,
    actor: actorKey(actor),
    digest: pulled.digest,
    tag,
  });
}
