import type { NextRequest, NextResponse } from "next/server";
import { secureCookies } from "./session.ts";

const YEAR_SECONDS = 365 * 86_400;

/** Names the cookie with the slug of the workspace that somebody was in last. */
export const LAST_WORKSPACE = "last-workspace";

/** Keeps which workspace a page was of; what the browser fetches in advance is no visit. */
export function rememberWorkspace(request: NextRequest, response: NextResponse, slug: string): void {
  const advance = request.headers.has("next-router-prefetch") || request.headers.get("purpose") === "prefetch";
  if (advance || request.cookies.get(LAST_WORKSPACE)?.value === slug) return;
  const options = {
    httpOnly: true,
    sameSite: "lax",
    secure: secureCookies(),
    path: "/",
    maxAge: YEAR_SECONDS,
  } as const;
  response.cookies.set(LAST_WORKSPACE, slug, options);
}
