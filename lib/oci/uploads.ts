import {
  appendUpload,
  cancelUpload,
  findUploadOffset,
  finishUpload,
  type RepositoryName,
  startUpload,
} from "#lib/catalog/index.ts";
import { bodyOf } from "#lib/http/index.ts";
import { invalid } from "../errors.ts";
import { pushContext } from "./access.ts";
import { callerOf } from "./caller.ts";
import { REGISTRY_HEADERS } from "./errors.ts";
import { tryMount } from "./mounts.ts";
import { checkedDigest, repositoryName } from "./path.ts";
import { parseContentRange } from "./range.ts";

/**
 * POST: begins an upload, with `?digest=` sends the whole blob at once, with `?mount=` takes it from another repository
 * (distribution-spec, "Pushing blobs").
 */
export async function beginUpload(request: Request, { name }: { name: string }): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(name);
  const ctx = await pushContext(principal, repository);
  const query = new URL(request.url).searchParams;
  const wanted = query.get("digest");
  const digest = wanted === null ? null : checkedDigest(wanted);
  const mounted = digest === null ? await tryMount(ctx, { principal, repository, query }) : null;
  if (mounted) return created(repository, mounted);
  const blob = digest === null ? undefined : { size: bodyLength(request) ?? 0, digest };
  const { id } = await startUpload(ctx, repository, blob);
  if (digest === null) return accepted(repository, id, 0);
  const still = () => pushContext(principal, repository);
  await finishUpload(ctx, { repository, id }, { digest, source: bodyOf(request), still });
  return created(repository, digest);
}

interface UploadTarget {
  name: string;
  id: string;
}

/** PATCH: the next chunk, with or without Content-Range. */
export async function patchUpload(request: Request, { name, id }: UploadTarget): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(name);
  const ctx = await pushContext(principal, repository);
  const start = chunkStart(request);
  const offset = await appendUpload(
    ctx,
    { repository, id },
    { source: bodyOf(request), start, length: bodyLength(request) },
  );
  return accepted(repository, id, offset);
}

/** PUT: the last chunk, if any, and the digest of the whole. */
export async function closeUpload(request: Request, { name, id }: UploadTarget): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(name);
  const ctx = await pushContext(principal, repository);
  const digest = checkedDigest(new URL(request.url).searchParams.get("digest"));
  const still = () => pushContext(principal, repository);
  const last = hasBody(request)
    ? { source: bodyOf(request), start: chunkStart(request), length: bodyLength(request), still }
    : {};
  await finishUpload(ctx, { repository, id }, { digest, ...last });
  return created(repository, digest);
}

/** GET: how far an upload got. */
export async function uploadStatus(request: Request, { name, id }: UploadTarget): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(name);
  const offset = await findUploadOffset(await pushContext(principal, repository), { repository, id });
  return new Response(null, { status: 204, headers: progress(repository, id, offset) });
}

/** DELETE: forgets an upload. */
export async function abandonUpload(request: Request, { name, id }: UploadTarget): Promise<Response> {
  const principal = await callerOf(request);
  const repository = repositoryName(name);
  await cancelUpload(await pushContext(principal, repository), { repository, id });
  return new Response(null, { status: 204, headers: REGISTRY_HEADERS });
}

function chunkStart(request: Request): number | undefined {
  const header = request.headers.get("content-range");
  if (header === null) return undefined;
  const range = parseContentRange(header);
  if (!range) throw invalid({ range: "Content-Range must be <start>-<end>" }, { reason: "RANGE_INVALID" });
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) !== range.length) {
    throw invalid(
      { range: `Content-Range speaks of ${range.length} bytes, Content-Length of ${length}` },
      { reason: "SIZE_INVALID" },
    );
  }
  return range.start;
}

function bodyLength(request: Request): number | undefined {
  const length = request.headers.get("content-length");
  return length === null ? undefined : Number(length);
}

function hasBody(request: Request): boolean {
  const length = request.headers.get("content-length");
  return length === null ? request.headers.has("transfer-encoding") : Number(length) > 0;
}

function accepted(repository: RepositoryName, id: string, offset: number): Response {
  return new Response(null, { status: 202, headers: { ...progress(repository, id, offset), "content-length": "0" } });
}

function progress({ name }: RepositoryName, id: string, offset: number): Record<string, string> {
  return {
    ...REGISTRY_HEADERS,
    location: `/v2/${name}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, offset - 1)}`,
    "docker-upload-uuid": id,
  };
}

function created({ name }: RepositoryName, digest: string): Response {
  const headers = {
    ...REGISTRY_HEADERS,
    location: `/v2/${name}/blobs/${digest}`,
    "docker-content-digest": digest,
    "content-length": "0",
  };
  return new Response(null, { status: 201, headers });
}
