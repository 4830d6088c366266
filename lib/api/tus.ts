import { z } from "zod";
import { bodyOf, currentRequest, problemResponse } from "#lib/http/index.ts";
import {
  type Appended,
  ASSET_BYTES_MAX,
  appendAssetUpload,
  assetUploadState,
  BeginAssetUpload,
  beginAssetUpload,
  cancelAssetUpload,
  finishAssetUpload,
} from "#lib/releases/index.ts";
import type { Ctx } from "../context.ts";
import { env } from "../env.ts";
import { AppError, invalid } from "../errors.ts";
import { parse } from "../parse.ts";

const VERSION = "1.0.0";

/** What every answer carries (tus 1.0.0, "Headers"). */
function tusHeaders(): Record<string, string> {
  return {
    "tus-resumable": VERSION,
    "cache-control": "private, no-store",
    "x-request-id": currentRequest().requestId,
  };
}

/** What this server can (tus 1.0.0, "OPTIONS"). */
export function tusOptions(): Response {
  const headers = {
    "tus-resumable": VERSION,
    "tus-version": VERSION,
    "tus-extension": "creation,expiration,termination",
    "tus-max-size": String(ASSET_BYTES_MAX),
  };
  return new Response(null, { status: 204, headers });
}

/** An answer in the protocol, refusals too. */
export async function inTus(request: Request, work: () => Promise<Response>): Promise<Response> {
  const response = await attempt(request, work).catch(problemResponse);
  for (const [name, value] of Object.entries(tusHeaders())) response.headers.set(name, value);
  if (response.status === 412) response.headers.set("tus-version", VERSION);
  return request.method === "HEAD" ? new Response(null, response) : response;
}

function attempt(request: Request, work: () => Promise<Response>): Promise<Response> {
  if (request.headers.get("tus-resumable") === VERSION) return work();
  const message = `This server speaks tus ${VERSION}: send Tus-Resumable: ${VERSION}.`;
  return Promise.reject(new AppError("invalid", message, { reason: "tus_version" }));
}

/** POST: begins an upload; one of no bytes is a file at once. */
export async function createUpload(request: Request, ctx: Ctx): Promise<Response> {
  if (request.headers.has("upload-defer-length")) throw invalid({ "Upload-Length": "must be said at once" });
  const { release: releaseId, signs: signsId, ...file } = parse(Announced, announcedBy(request));
  const { uploadId } = await beginAssetUpload(ctx, { ...file, releaseId, signsId });
  if (file.size === 0) await finishAssetUpload(ctx, { uploadId });
  const location = `/v1/uploads/${uploadId}?tenant=${ctx.tenant.slug}`;
  return new Response(null, { status: 201, headers: { location, ...expires(new Date()), "content-length": "0" } });
}

// What a client sends, under the names that it has for it.
const { releaseId: release, signsId: signs, ...rest } = BeginAssetUpload.shape;
const Announced = z.strictObject({ ...rest, release, signs });

/** Upload-Length and Upload-Metadata (tus 1.0.0, "Creation"). What the metadata says besides is the client's own. */
function announcedBy(request: Request): Record<string, unknown> {
  const size = wholeNumber(request, "upload-length");
  if (size > ASSET_BYTES_MAX) throw new AppError("too_large", `A file may have ${ASSET_BYTES_MAX} bytes at most.`);
  const said: Record<string, unknown> = {};
  for (const pair of (request.headers.get("upload-metadata") ?? "").split(",")) {
    const [name = "", value = ""] = pair.trim().split(" ");
    if (Object.hasOwn(Announced.shape, name)) said[name] = Buffer.from(value, "base64").toString("utf8");
  }
  return { ...said, size };
}

function wholeNumber(request: Request, header: string): number {
  const text = request.headers.get(header) ?? "";
  if (!/^\d{1,15}$/.test(text))
    throw new AppError("invalid", `${header} must be a whole number.`, { reason: "malformed" });
  return Number(text);
}

/** HEAD: how far it got. One whose bytes are all here but could not end is ended now: a client would think that it had. */
export async function uploadProgress(ctx: Ctx, uploadId: string): Promise<Response> {
  const { offset, size, updatedAt } = await assetUploadState(ctx, { uploadId });
  if (updatedAt && offset === size) await finishAssetUpload(ctx, { uploadId });
  const headers = { "upload-offset": String(offset), "upload-length": String(size ?? ""), ...expires(updatedAt) };
  return new Response(null, { status: 200, headers });
}

/** PATCH: the next bytes. */
export async function patchUpload(request: Request, ctx: Ctx, call: { uploadId: string; still: () => Promise<Ctx> }) {
  if (request.headers.get("content-type") !== "application/offset+octet-stream") {
    const message = "Content-Type must be application/offset+octet-stream.";
    throw new AppError("invalid", message, { reason: "media_type" });
  }
  const start = wholeNumber(request, "upload-offset");
  const length = request.headers.has("content-length") ? wholeNumber(request, "content-length") : undefined;
  const { uploadId, still } = call;
  const done = await appendAssetUpload(ctx, { uploadId }, { source: bodyOf(request), start, length, still });
  return new Response(null, { status: 204, headers: progressOf(done) });
}

function progressOf({ offset, added }: Appended): Record<string, string> {
  const reached = { "upload-offset": String(offset) };
  return added
    ? { ...reached, "content-location": `/v1/downloads/${added.asset.id}` }
    : { ...reached, ...expires(new Date()) };
}

/** DELETE (tus 1.0.0, "Termination"). */
export async function terminateUpload(ctx: Ctx, uploadId: string): Promise<Response> {
  await cancelAssetUpload(ctx, { uploadId });
  return new Response(null, { status: 204 });
}

/** When the clean-up gives it up, unless it is gone on with (tus 1.0.0, "Expiration"). */
function expires(updatedAt: Date | null): Record<string, string> {
  if (!updatedAt) return {};
  return { "upload-expires": new Date(updatedAt.getTime() + env().UPLOAD_IDLE_DAYS * 86_400_000).toUTCString() };
}
