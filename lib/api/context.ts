import { bytesOf, currentRequest } from "#lib/http/index.ts";
import { authenticateToken, findTeamActor, isTokenSecret, type Principal } from "#lib/identity/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, invalid, notFound, unauthenticated } from "../errors.ts";

const JSON_BYTES_MAX = 256 * 1024;

/**
 * Who calls, by `Authorization: Bearer <token>`. No cookies are looked at, so no other site can make a browser call this API.
 * @throws unauthenticated
 */
export async function apiCaller(request: Request): Promise<Principal> {
  const { address } = currentRequest();
  const secret = bearerOf(request);
  if (!secret || !isTokenSecret(secret)) throw unauthenticated("Send Authorization: Bearer with an access token.");
  return authenticateToken(secret, { address });
}

/** What `Authorization: Bearer` carries. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

/**
 * The verb's context: a robot acts in its own tenant, a personal token in the one that `?tenant=` names. It is asked for
 * once the body is here: who sends that slowly must not act by a right that was taken meanwhile.
 * @throws not_found for a tenant on whose team the caller is not
 */
export async function apiContext(request: Request, caller: Principal): Promise<Ctx> {
  const { requestId } = currentRequest();
  const slug = new URL(request.url).searchParams.get("tenant");
  const found = await findTeamActor(caller, slug);
  if (!found) throw notFound("tenant; name one of yours with ?tenant=");
  return { ...found, requestId, now: new Date() };
}

/** A request's body. @throws too_large */
export function bodyBytes(request: Request): Promise<Buffer> {
  return bytesOf(request, JSON_BYTES_MAX);
}

/** A body's JSON object; none is an empty one. @throws invalid with reason malformed (400) */
export function jsonOf(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered below like any other body that is not an object.
  }
  throw new AppError("invalid", "The body must be a JSON object.", { reason: "malformed" });
}

/** The query as an object, `tenant` apart for who is asked in one. @throws invalid for a name that is given twice */
export function queryOf(request: Request): Record<string, string> {
  const { searchParams } = new URL(request.url);
  const twice = [...new Set(searchParams.keys())].filter((name) => searchParams.getAll(name).length > 1);
  if (twice.length > 0) throw invalid(Object.fromEntries(twice.map((name) => [name, "is given more than once"])));
  return Object.fromEntries(searchParams);
}
