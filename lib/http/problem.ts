import { type Code, isAppError } from "../errors.ts";
import { log } from "../log.ts";
import { currentRequest } from "./request-scope.ts";

/** The JSON door's table: a code's status and title (RFC 9457). */
const PROBLEMS = {
  unauthenticated: { status: 401, title: "Not signed in" },
  forbidden: { status: 403, title: "Not allowed" },
  not_entitled: { status: 403, title: "Not entitled" },
  not_found: { status: 404, title: "Not found" },
  invalid: { status: 422, title: "Not valid" },
  conflict: { status: 409, title: "Conflict" },
  limit_exceeded: { status: 429, title: "Too many requests" },
  too_large: { status: 413, title: "Too large" },
  unavailable: { status: 503, title: "Not available now" },
} satisfies Record<Code, { status: number; title: string }>;

/** The status that pages and JSON give a code. */
export function statusOf(code: Code): number {
  return PROBLEMS[code].status;
}

/** An error as application/problem+json (RFC 9457), with the request id that the log has too. */
export function problemResponse(error: unknown): Response {
  const { requestId } = currentRequest();
  const known = isAppError(error) ? error : null;
  const row = known ? PROBLEMS[known.code] : INTERNAL;
  const detail = known ? known.message : unexpected(error).message;
  const { reason, why, fields } = known ?? {};
  const status = STATUS_OF_REASON[reason ?? ""] ?? row.status;
  const body = {
    type: "about:blank",
    title: row.title,
    status,
    detail,
    code: known?.code ?? "internal",
    reason,
    why,
    fields,
    requestId,
  };
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": "private, no-store",
    "x-request-id": requestId,
  };
  if (known?.retryAfterSeconds) headers["retry-after"] = String(known.retryAfterSeconds);
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="purser"';
  return new Response(JSON.stringify(body), { status, headers });
}

// RFC 9110: 400 is for what can't be read at all; what can be read and is wrong is 422.
const STATUS_OF_REASON: Record<string, number> = {
  malformed: 400,
  method_not_allowed: 405,
  // tus 1.0.0, "Protocol".
  tus_version: 412,
  media_type: 415,
};

const INTERNAL = { status: 500, title: "Something went wrong" };

/** Logs what nobody expected, and gives the words for it that a stranger may read. */
export function unexpected(error: unknown): { message: string } {
  const { requestId } = currentRequest();
  log.error(
    { requestId, error: error instanceof Error ? { message: error.message, stack: error.stack } : error },
    "failed",
  );
  return { message: `Something went wrong on our side. The log has it under ${requestId}.` };
}
