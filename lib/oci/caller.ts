import { currentRequest } from "#lib/http/index.ts";
import { authenticate, authenticateToken, isTokenSecret, type Principal, verifyBearer } from "#lib/identity/index.ts";
import { unauthenticated } from "../errors.ts";

/**
 * Who calls: a bearer token of ours, or a token or password as Basic credentials (as curl sends them).
 * @throws unauthenticated where nobody is named, or the token is not good any more; limit_exceeded
 */
export async function callerOf(request: Request): Promise<Principal> {
  const header = request.headers.get("authorization") ?? "";
  if (header.startsWith("Bearer ")) {
    const token = header.slice(7);
    if (isTokenSecret(token)) return authenticateToken(token, currentRequest());
    const principal = await verifyBearer(token, new Date());
    if (principal) return principal;
    throw unauthenticated("The token is not valid, or not any more.", { reason: "invalid_token" });
  }
  const basic = basicCredentials(header);
  if (basic) return authenticate({ ...basic, address: currentRequest().address });
  throw unauthenticated("Sign in: docker login, with your email address and a personal token.");
}

/** Basic credentials (RFC 7617), or null where the header is not of that form. */
export function basicCredentials(header: string): { username: string; password: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(header)?.[1];
  if (!encoded) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
