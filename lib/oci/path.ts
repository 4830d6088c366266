import { isRepositoryName, isTag, parseRepositoryName, type RepositoryName } from "#lib/catalog/index.ts";
import { isDigest } from "#lib/storage/index.ts";
import { AppError, invalid } from "../errors.ts";

/** What a request under /v2 is about. */
export type Target =
  | { kind: "ping" }
  | { kind: "manifest"; name: string; reference: string }
  | { kind: "blob"; name: string; digest: string }
  | { kind: "uploads"; name: string }
  | { kind: "upload"; name: string; id: string }
  | { kind: "tags"; name: string }
  | { kind: "referrers"; name: string; digest: string }
  | { kind: "catalog" };

const ROUTES: readonly [RegExp, (name: string, last: string) => Target][] = [
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, (name, reference) => ({ kind: "manifest", name, reference })],
  [/^\/v2\/(.+)\/blobs\/uploads\/?$/, (name) => ({ kind: "uploads", name })],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, (name, id) => ({ kind: "upload", name, id })],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, (name, digest) => ({ kind: "blob", name, digest })],
  [/^\/v2\/(.+)\/tags\/list$/, (name) => ({ kind: "tags", name })],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, (name, digest) => ({ kind: "referrers", name, digest })],
];

/** Takes a raw path apart; null where it is none of the specification's endpoints. Checks no grammar yet. */
export function parsePath(rawPath: string): Target | null {
  if (rawPath === "/v2/" || rawPath === "/v2") return { kind: "ping" };
  if (rawPath === "/v2/_catalog") return { kind: "catalog" };
  for (const [form, target] of ROUTES) {
    const match = form.exec(rawPath);
    if (match) return target(match[1] ?? "", decoded(match[2] ?? ""));
  }
  return null;
}

// Some clients send a digest's colon as %3A. What does not decode will not pass the grammar either.
function decoded(part: string): string {
  return part.replace(/%3a/i, ":");
}

/** @throws invalid with NAME_INVALID; not_found where the name can't be a product's repository */
export function repositoryName(name: string): RepositoryName {
  if (!isRepositoryName(name)) {
    throw invalid({ name: "is not a repository's name" }, { reason: "NAME_INVALID" });
  }
  const parsed = parseRepositoryName(name);
  if (!parsed) throw nameUnknown();
  return parsed;
}

/** The one answer for what is not there and for what the caller may not know of. */
export function nameUnknown(): AppError {
  return new AppError("not_found", "There is no such repository, or you may not know of it.", {
    reason: "NAME_UNKNOWN",
  });
}

/** @throws invalid with TAG_INVALID or DIGEST_INVALID */
export function checkedReference(reference: string): string {
  if (reference.includes(":")) return checkedDigest(reference);
  if (isTag(reference)) return reference;
  throw invalid({ reference: "is neither a tag nor a digest" }, { reason: "TAG_INVALID" });
}

/** @throws invalid with DIGEST_INVALID */
export function checkedDigest(digest: string | null): `sha256:${string}` | `sha512:${string}` {
  if (digest !== null && isDigest(digest)) return digest;
  throw invalid({ digest: "must be sha256: or sha512: and the hash in lower-case hex" }, { reason: "DIGEST_INVALID" });
}
