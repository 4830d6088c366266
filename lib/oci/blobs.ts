import { countOnBlob } from "#lib/catalog/index.ts";
import { readBlob } from "#lib/entitlements/index.ts";
import { storedResponse } from "#lib/http/index.ts";
import { blobStore, storeFailure } from "#lib/storage/index.ts";
import { mirrorBlob } from "#lib/upstream/index.ts";
import { AppError } from "../errors.ts";
import { LruCache } from "../lru-cache.ts";
import { processGlobal } from "../process-global.ts";
import { admit, mirrorOf } from "./access.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { warningOf } from "./manifests.ts";
import { checkedDigest, nameUnknown, repositoryName } from "./path.ts";

/** Up to here a blob is answered from memory: configs, above all, which every pull asks for. */
const SMALL_BYTES_MAX = 64 * 1024;
const smallBlobs = processGlobal("small-blobs", () => new LruCache<Buffer>(32 * 1024 * 1024));

/** GET and HEAD: distribution-spec, "Pulling blobs", with ranges and conditions (RFC 9110). */
export async function getBlob(request: Request, asked: { name: string; digest: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(asked.name);
  const digest = checkedDigest(asked.digest);
  const { access, blob: kept } = await readBlob(principal, repository, digest);
  await admit(access, "registry.pull", repository);
  if (!access.repositoryId) throw nameUnknown();
  const mirror = kept ? null : mirrorOf(access, repository);
  const blob = mirror ? await mirrorBlob(mirror, digest) : kept;
  const there = blob && (blob.referenced || (await countOnBlob(access.repositoryId, digest)));
  if (!there) throw new AppError("not_found", `There is no blob ${digest} here.`, { reason: "BLOB_UNKNOWN" });
  const headers = { ...blobHeaders(digest), ...warningOf(access) };
  return blobResponse(request, { ...blob, headers });
}

function blobHeaders(digest: string) {
  return {
    ...REGISTRY_HEADERS,
    "content-type": "application/octet-stream",
    "docker-content-digest": digest,
    "accept-ranges": "bytes",
    etag: `"${digest}"`,
  };
}

interface Answer {
  digest: string;
  size: number;
  storageKey: string;
  headers: Record<string, string> & { etag: string };
}

async function blobResponse(request: Request, { digest, size, storageKey, headers }: Answer): Promise<Response> {
  try {
    return await storedResponse(request, {
      size,
      headers,
      linkHeaders: { ...REGISTRY_HEADERS, "docker-content-digest": digest },
      whole: size <= SMALL_BYTES_MAX ? () => smallBlob(digest, storageKey) : undefined,
      place: () => blobStore().locate(storageKey),
    });
  } catch (error) {
    throw storeFailure(error);
  }
}

async function smallBlob(digest: string, storageKey: string): Promise<Buffer> {
  const known = smallBlobs.get(digest);
  if (known) return known;
  const bytes = await blobStore().read(storageKey);
  smallBlobs.set(digest, bytes, bytes.length);
  return bytes;
}
