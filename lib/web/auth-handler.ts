import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { statusOf } from "#lib/http/index.ts";
import { authOptions } from "./auth-options.ts";
import { withRefusal } from "./refusal.ts";

// What our pages call. The rest of next-auth (its own pages, a session that renews itself) is not offered.
const OFFERED = new Set(["GET csrf", "GET providers", "POST callback/credentials", "POST signout"]);

/** next-auth's routes; a sign-in that was refused keeps its own status, and a limit its Retry-After (in seconds). */
export async function handleAuth(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  const { nextauth } = await context.params;
  if (!OFFERED.has(`${request.method} ${nextauth.join("/")}`)) return new Response(null, { status: 404 });
  const { result, refusal } = await withRefusal<Response>(() => NextAuth(authOptions())(request, context));
  if (!refusal || result.status !== 401) return result;
  const headers = new Headers(result.headers);
  if (refusal.retryAfterSeconds) headers.set("retry-after", String(refusal.retryAfterSeconds));
  return new Response(result.body, { status: statusOf(refusal.code), headers });
}
