import { countOnBlob } from "#lib/catalog/index.ts";
import { readBlob } from "#lib/entitlements/index.ts";
import { fileResponse } from "#lib/http/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { AppError } from "../errors.ts";
import { LruCache } from "../lru-cache.ts";
import { processGlobal } from "../process-global.ts";
import { admit } from "./access.ts";
import { callerOf } from "./caller.ts";
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
  headers: Record<string, string>;
}

async function blobResponse(request: Request, { digest, size, storageKey, headers }: Answer): Promise<Response> {
  if (request.headers.get("if-none-match") === headers.etag) return new Response(null, { status: 304, headers });
  const whole = { ...headers, "content-length": String(size) };
  if (request.method === "HEAD") return new Response(null, { status: 200, headers: whole });
  const range = parseRange(request.headers.get("range"), size);
  if (range === "unsatisfiable") {
    const none = { ...headers, "content-range": `bytes */${size}`, "content-length": "0" };
    return new Response(null, { status: 416, headers: none });
  }
  const { path } = blobStore().locate(storageKey);
  if (range !== "whole") {
    const { start, length } = range;
    const part = { "content-range": `bytes ${start}-${start + length - 1}/${size}`, "content-length": String(length) };
    return fileResponse(request, { path, start, length }, { status: 206, headers: { ...headers, ...part } });
  }
  if (size > SMALL_BYTES_MAX)
    return fileResponse(request, { path, start: 0, length: size }, { status: 200, headers: whole });
  return new Response((await smallBlob(digest, storageKey)) as Uint8Array<ArrayBuffer>, {
    status: 200,
    headers: whole,
  });
}

async function smallBlob(digest: string, storageKey: string): Promise<Buffer> {
  const known = smallBlobs.get(digest);
  if (known) return known;
  const bytes = await blobStore().read(storageKey);
  smallBlobs.set(digest, bytes, bytes.length);
  return bytes;
}
