import { createHash } from "node:crypto";
import { currentRequest, hasAlready } from "#lib/http/index.ts";

/** What a program reads again and again: answered 304 while it is what the program has (RFC 9110, section 13.1.2). */
export function taggedResponse(request: Request, content: { type: string; body: string }): Response {
  const etag = `"${createHash("sha256").update(content.body).digest("base64url").slice(0, 27)}"`;
  const headers = {
    "content-type": content.type,
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": currentRequest().requestId,
    vary: "Authorization",
    etag,
  };
  if (hasAlready(request, etag)) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : content.body, { status: 200, headers });
}
