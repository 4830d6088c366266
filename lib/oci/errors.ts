import { currentRequest, unexpected } from "#lib/http/index.ts";
import { PartialWrite } from "#lib/storage/index.ts";
import { AppError, type Code, isAppError } from "../errors.ts";
import { challenge } from "./challenge.ts";

/** The OCI door's table: a code's status and the specification's word for it ("Error Codes"). */
const ERRORS = {
  unauthenticated: { status: 401, word: "UNAUTHORIZED" },
  forbidden: { status: 403, word: "DENIED" },
  not_entitled: { status: 403, word: "DENIED" },
  not_found: { status: 404, word: "NAME_UNKNOWN" },
  invalid: { status: 400, word: "UNSUPPORTED" },
  conflict: { status: 409, word: "DENIED" },
  limit_exceeded: { status: 429, word: "TOOMANYREQUESTS" },
  too_large: { status: 413, word: "MANIFEST_INVALID" },
  unavailable: { status: 503, word: "UNAVAILABLE" },
} satisfies Record<Code, { status: number; word: string }>;

// A reason that is the protocol's own word is the answer's; these have a status of their own.
const WORDS = new Set([
  "BLOB_UNKNOWN",
  "BLOB_UPLOAD_INVALID",
  "BLOB_UPLOAD_UNKNOWN",
  "DIGEST_INVALID",
  "MANIFEST_BLOB_UNKNOWN",
  "MANIFEST_INVALID",
  "MANIFEST_UNKNOWN",
  "NAME_INVALID",
  "NAME_UNKNOWN",
  "SIZE_INVALID",
]);
// Ours for what the specification has a status but no word for.
const ROWS_OF_REASONS: Record<string, { status: number; word: string }> = {
  RANGE_INVALID: { status: 416, word: "BLOB_UPLOAD_INVALID" },
  TAG_INVALID: { status: 400, word: "MANIFEST_INVALID" },
  UNSUPPORTED: { status: 405, word: "UNSUPPORTED" },
};

/** Headers of every answer of the registry. What needs a token is nobody else's to keep. */
export const REGISTRY_HEADERS = {
  "docker-distribution-api-version": "registry/2.0",
  "cache-control": "private, no-store",
} as const;

/** Any error as the specification's `{"errors":[{code,message,detail}]}`; detail carries the request id that the log has. */
export function ociError(error: unknown, scope?: string): Response {
  const known = asAppError(error);
  const { requestId } = currentRequest();
  const { status, word } = known ? answerOf(known) : { status: 500, word: "UNKNOWN" };
  const message = known ? known.message : unexpected(error).message;
  const reason = known?.reason && !WORDS.has(known.reason) ? known.reason : undefined;
  const detail = { reason, why: known?.why, requestId };
  const headers: Record<string, string> = {
    ...REGISTRY_HEADERS,
    "content-type": "application/json",
    "x-request-id": requestId,
  };
  if (status === 401) headers["www-authenticate"] = challenge({ scope, error: known?.reason });
  if (known?.retryAfterSeconds) headers["retry-after"] = String(known.retryAfterSeconds);
  return new Response(JSON.stringify({ errors: [{ code: word, message, detail }] }), { status, headers });
}

function answerOf(error: AppError): { status: number; word: string } {
  const row = ERRORS[error.code];
  if (!error.reason) return row;
  return ROWS_OF_REASONS[error.reason] ?? (WORDS.has(error.reason) ? { ...row, word: error.reason } : row);
}

function asAppError(error: unknown): AppError | null {
  if (isAppError(error)) return error;
  if (!(error instanceof PartialWrite)) return null;
  return new AppError("invalid", `The body broke off; ${error.offset} bytes are kept.`, { reason: "SIZE_INVALID" });
}
