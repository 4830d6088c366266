import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { statusOf } from "#lib/http/index.ts";
import { configuredProviders } from "#lib/identity/index.ts";
import { authOptions } from "./auth-options.ts";
import { withRefusal } from "./refusal.ts";
import { readSession, sessionCookieName } from "./session.ts";

/** A form with a password, or what a passkey signed. */
const BODY_MAX = 64 * 1024;

// What our pages call, and what leads back to them. The rest of next-auth (its own pages, a session that renews itself)
// is not offered.
const OFFERED = new Set([
  "GET csrf",
  "GET providers",
  "GET signin",
  "GET error",
  "POST callback/credentials",
  "POST callback/passkey",
  "POST signout",
]);

/** Whether a request is one that our pages make, or that a provider of the settings leads to. */
export function isOffered(method: string, path: readonly string[]): boolean {
  const [action = "", id = ""] = path;
  if (OFFERED.has(`${method} ${path.join("/")}`)) return true;
  const provider = path.length === 2 && configuredProviders().some((configured) => configured.id === id);
  return provider && ((method === "POST" && action === "signin") || (method === "GET" && action === "callback"));
}

// next-auth reads a body whole, whoever sends it; browsers say how long theirs is.
function hasSmallBody({ method, headers }: Request): boolean {
  return method === "GET" || Number(headers.get("content-length") ?? Number.NaN) <= BODY_MAX;
}

/** next-auth's routes; a sign-in that was refused keeps its own status, and a limit its Retry-After (in seconds). */
export async function handleAuth(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  const { nextauth } = await context.params;
  if (!isOffered(request.method, nextauth)) return new Response(null, { status: 404 });
  if (!hasSmallBody(request)) return new Response(null, { status: 413 });
  const current = await readSession(request.cookies.get(sessionCookieName())?.value);
  const { result, refusal } = await withRefusal<Response>(() => NextAuth(authOptions(current))(request, context));
  if (!refusal || result.status !== 401) return result;
  const headers = new Headers(result.headers);
  if (refusal.retryAfterSeconds) headers.set("retry-after", String(refusal.retryAfterSeconds));
  return new Response(result.body, { status: statusOf(refusal.code), headers });
}
