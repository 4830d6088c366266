/**
 * Whether the client has what it asks for: its If-None-Match names the entity tag, alone or in a list, weak or strong, or
 * is `*` (RFC 9110, section 13.1.2).
 */
export function hasAlready(request: Request, etag: string): boolean {
  const header = request.headers.get("if-none-match");
  if (header === null) return false;
  return header.trim() === "*" || (header.match(TAGS) ?? []).some((tag) => tag.replace(/^W\//, "") === etag);
}

// Digests hold no quotes, but what clients send may hold commas within them.
const TAGS = /(?:W\/)?"[^"]*"/g;

/** The Range header, unless If-Range names another entity tag than this one (RFC 9110, section 13.1.5). */
export function rangeAsked(request: Request, etag: string): string | null {
  const condition = request.headers.get("if-range");
  return condition === null || condition === etag ? request.headers.get("range") : null;
}
