import { countOnBlob } from "#lib/catalog/index.ts";
import { readBlob } from "#lib/entitlements/index.ts";
import { fileResponse, streamResponse } from "#lib/http/index.ts";
import { blobStore, storeFailure } from "#lib/storage/index.ts";
import { AppError } from "../errors.ts";
import { LruCache } from "../lru-cache.ts";
import { processGlobal } from "../process-global.ts";
import { admit } from "./access.ts";
import { callerOf } from "./caller.ts";
import { hasAlready, rangeAsked } from "./conditions.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { warningOf } from "./manifests.ts";
import { checkedDigest, nameUnknown, repositoryName } from "./path.ts";
import { parseRange } from "./range.ts";

/** Up to here a blob is answered from memory: configs, above all, which every pull asks for. */
const SMALL_BYTES_MAX = 64 * 1024;
const smallBlobs = processGlobal("small-blobs", () => new LruCache<Buffer>(32 * 1024 * 1024));

/** GET and HEAD: distribution-spec, "Pulling blobs", with ranges and conditions (RFC 9110). */
export async function getBlob(request: Request, asked: { name: string; digest: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(asked.name);
  const digest = checkedDigest(asked.digest);
  const { access, blob } = await readBlob(principal, repository, digest);
  await admit(access, "registry.pull", repository);
  if (!access.repositoryId) throw nameUnknown();
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
  if (hasAlready(request, headers.etag)) return new Response(null, { status: 304, headers });
  const whole = { ...headers, "content-length": String(size) };
  if (request.method === "HEAD") return new Response(null, { status: 200, headers: whole });
  const range = parseRange(rangeAsked(request, headers.etag), size);
  if (range === "unsatisfiable") {
    const none = { ...headers, "content-range": `bytes */${size}`, "content-length": "0" };
    return new Response(null, { status: 416, headers: none });
  }
  if (range === "whole" && size <= SMALL_BYTES_MAX) {
    const bytes = (await smallBlob(digest, storageKey)) as Uint8Array<ArrayBuffer>;
    return new Response(bytes, { status: 200, headers: whole });
  }
  if (range === "whole")
    return storedBytes(request, { storageKey, start: 0, length: size, status: 200, headers: whole });
  const { start, length } = range;
  const part = { "content-range": `bytes ${start}-${start + length - 1}/${size}`, "content-length": String(length) };
  return storedBytes(request, { storageKey, start, length, status: 206, headers: { ...headers, ...part } });
}

interface Stored {
  storageKey: string;
  start: number;
  length: number;
  status: number;
  headers: Record<string, string>;
}

/** Bytes of the store: a file, a link for a minute to where they are (the reader asks there for its range), or a stream. */
async function storedBytes(request: Request, { storageKey, start, length, ...init }: Stored): Promise<Response> {
  try {
    const place = blobStore().locate(storageKey);
    if ("path" in place) return await fileResponse(request, { path: place.path, start, length }, init);
    if (!place.link) return await streamResponse(request, await place.open(start, length), init);
    const headers = { ...REGISTRY_HEADERS, location: await place.link(), "content-length": "0" };
    return new Response(null, {
      status: 307,
      headers: { ...headers, "docker-content-digest": init.headers["docker-content-digest"] ?? "" },
    });
  } catch (error) {
    throw storeFailure(error);
  }
}

async function smallBlob(digest: string, storageKey: string): Promise<Buffer> {
  const known = smallBlobs.get(digest);
  if (known) return known;
  const bytes = await blobStore()
    .read(storageKey)
    .catch((error) => {
      throw storeFailure(error);
    });
  smallBlobs.set(digest, bytes, bytes.length);
  return bytes;
}
