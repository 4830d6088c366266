import type { z } from "zod";
import {
  type Access,
  deadLink,
  findLatestFile,
  type LatestAsked,
  noteDownload,
  openLink,
  type ReadableFile,
  type ReleaseFile,
  readFile,
  recallSentence,
} from "#lib/entitlements/index.ts";
import { currentRequest, storedResponse, warningHeader } from "#lib/http/index.ts";
import { findTeamActor, type Principal } from "#lib/identity/index.ts";
import { blobStore, storeFailure } from "#lib/storage/index.ts";
import { isAppError, notFound } from "../errors.ts";
import { countCall } from "./limits.ts";
import { urlOf } from "./views.ts";

interface AskedFile {
  file: string;
  tenant?: string;
  /** Its name, percent-encoded, as the address may end in. */
  filename?: string;
}

/** GET and HEAD of a file. @throws as readFile */
export async function getDownload(request: Request, principal: Principal, asked: AskedFile): Promise<Response> {
  const { filename, ...of } = asked;
  const found = await readFile(askerOf(principal), of);
  if (filename !== undefined && decoded(filename) !== found.file.filename) throw notFound("file");
  return sent(request, found, { byLink: false });
}

/** GET and HEAD by a signed link, which stands for who asked for it. @throws not_found for one that is dead; as readFile */
export async function getLinked(request: Request, signed: string): Promise<Response> {
  const { fileId, principal } = await openLink(signed);
  const { refusal } = await countCall(principal, true);
  if (refusal) throw refusal;
  const found = await readFile(askerOf(principal), { file: fileId }).catch((error) => {
    // The token or the session that it was asked for with has ended.
    throw isAppError(error) && error.code === "unauthenticated" ? deadLink() : error;
  });
  return sent(request, found, { byLink: true });
}

/** A redirect to the newest file for a platform. @throws as findLatestFile */
export async function redirectToLatest(principal: Principal, asked: z.input<typeof LatestAsked>): Promise<Response> {
  const { filename } = asked;
  const file = await findLatestFile(askerOf(principal), { ...asked, filename: filename && decoded(filename) });
  return new Response(null, { status: 302, headers: { ...PRIVATE, location: urlOf(file), "content-length": "0" } });
}

/** The vendor that is named; a robot's own where none is. */
export async function ownTenant(principal: Principal, named: string | undefined): Promise<string | undefined> {
  return named || (await findTeamActor(principal, null))?.tenant.slug;
}

/** Who asks, in the request under way. */
export function askerOf(principal: Principal) {
  return { principal, requestId: currentRequest().requestId };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // No name that a file has.
    return "";
  }
}

async function sent(request: Request, found: ReadableFile, { byLink }: { byLink: boolean }): Promise<Response> {
  const { file, access } = found;
  const warning = warningOf(access, file);
  try {
    const response = await storedResponse(request, {
      size: file.size,
      headers: { ...headersOf(file), ...warning },
      linkHeaders: { ...PRIVATE, ...warning },
      place: () => blobStore().locate(file.blob.storageKey),
    });
    if (isBegun(request, response)) noteDownload(found, { byLink });
    return response;
  } catch (error) {
    throw storeFailure(error);
  }
}

// A part from the middle goes on with what was counted when it began.
function isBegun(request: Request, { status, headers }: Response): boolean {
  if (request.method !== "GET") return false;
  if (status === 206) return headers.get("content-range")?.startsWith("bytes 0-") ?? false;
  return status === 200 || (status === 307 && /^$|^bytes=0-/.test(request.headers.get("range") ?? ""));
}

const PRIVATE = { "cache-control": "private, no-store" } as const;

// Whatever a vendor uploads is never run in a browser that is signed in here (threats.md, row 19).
function headersOf({ filename, blob }: ReleaseFile) {
  return {
    ...PRIVATE,
    "content-type": "application/octet-stream",
    "content-disposition": attachment(filename),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "accept-ranges": "bytes",
    etag: `"${blob.digest}"`,
    vary: "Authorization",
  };
}

function warningOf({ decision }: Access, { release }: ReleaseFile): { warning?: string } {
  return warningHeader(decision.warning, wrongWith(release));
}

function wrongWith({ version, status, yankReason, recalled }: ReleaseFile["release"]): string | null {
  if (recalled) return recallSentence(version, recalled);
  return status === "yanked" ? `${version} was withdrawn: ${yankReason ?? ""}` : null;
}

/** A Content-Disposition with the name in ASCII, and as it is (RFC 6266; RFC 8187). No name breaks out of it. */
export function attachment(filename: string): string {
  const name = filename.toWellFormed().replace(/[\p{Cc}\p{Cf}/\\]/gu, "_") || "download";
  const ascii = name.replace(/[^\x20-\x7e]|["%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
