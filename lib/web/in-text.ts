import { currentRequest, statusOf, unexpected } from "#lib/http/index.ts";
import { isAppError } from "../errors.ts";

/** A refusal as a sentence with its status, where the answer would be no page; what is not ours, with the request's id. */
export function inText(error: unknown): Response {
  const known = isAppError(error);
  const text = known ? error.message : `${unexpected(error).message} (${currentRequest().requestId})`;
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "private, no-store" };
  return new Response(`${text}\n`, { status: known ? statusOf(error.code) : 500, headers });
}
