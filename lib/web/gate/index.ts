/**
 * The first gate of /t/* and /admin: who does not belong to a tenant gets the same 404 as for a tenant that is not there.
 * An entry of its own beside lib/web/index.ts: middleware is built without React's server side, which that one needs.
 * It is the first gate only; every page, action and route asks again (threats.md, 1).
 */
import { type NextRequest, NextResponse } from "next/server";
import { findVisit, type TenantAccess } from "#lib/tenancy/index.ts";
import { env } from "../../env.ts";
import { isAppError } from "../../errors.ts";
import { rememberWorkspace } from "../last-workspace.ts";
import { signInPath } from "../safe-path.ts";
import { readSession, sessionCookieName } from "../session.ts";
import { NOT_FOUND_HTML, UNAVAILABLE_HTML } from "../static-page.ts";

// Only what our own links look like passes: no %, no dot, no empty segment, no upper case, no parameters.
// An event's page alone has capitals and a low line: it is named as Stripe names the event.
const TENANT_PATH = /^\/t\/([a-z0-9-]{1,63})((?:\/[a-z0-9-]+)*|\/billing\/events\/evt_\w{1,250})\/?$/;

const ADMIN_PATH = /^\/admin(\/[a-z0-9-]+)*\/?$/;

/** Lets a request under /t or /admin through, sends it to sign in, or answers 404. */
export async function gate(request: NextRequest): Promise<Response> {
  try {
    return await judge(request);
  } catch (error) {
    if (!isAppError(error) || error.code !== "unavailable") throw error;
    return page(UNAVAILABLE_HTML, 503, { "retry-after": String(error.retryAfterSeconds ?? 5) });
  }
}

async function judge(request: NextRequest): Promise<Response> {
  const { pathname } = new URL(request.url);
  const session = await readSession(request.cookies.get(sessionCookieName())?.value);
  const [, slug = "", rest = ""] = TENANT_PATH.exec(pathname) ?? [];
  // Whoever has an ended session is sent to sign in, wherever they go: a 404 there would tell where they belong.
  const visit = session && (await findVisit(slug, session.sessionId));
  if (!visit) return toSignIn(request);
  const { access } = visit;
  if (ADMIN_PATH.test(pathname)) return visit.user.isInstanceAdmin ? NextResponse.next() : page(NOT_FOUND_HTML, 404);
  if (/^\/t\/?$/.test(pathname)) return NextResponse.redirect(new URL("/tenants", env().PUBLIC_URL));
  if (!access || !mayEnter(access, rest)) return page(NOT_FOUND_HTML, 404);
  const response = NextResponse.next();
  rememberWorkspace(request, response, slug);
  return response;
}

function mayEnter({ role, memberId }: TenantAccess, rest: string): boolean {
  return role !== null || (memberId !== null && /^\/downloads(\/|$)|^$/.test(rest));
}

function toSignIn(request: NextRequest): Response {
  const { pathname, searchParams } = new URL(request.url);
  searchParams.delete("_rsc");
  const query = searchParams.size > 0 ? `?${searchParams}` : "";
  return NextResponse.redirect(new URL(signInPath(pathname + query), env().PUBLIC_URL), 307);
}

function page(html: string, status: number, headers: Record<string, string> = {}): Response {
  const constant = { "content-type": "text/html; charset=utf-8", "cache-control": "private, no-store" };
  return new Response(html, { status, headers: { ...constant, ...headers } });
}
