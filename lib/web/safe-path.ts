// A base of our own making: what resolves to any other origin points elsewhere.
const BASE = "http://purser.invalid";

/**
 * A path on our own origin out of what a link or form asked for; `/tenants` where it points anywhere else.
 * Browsers read `//evil`, `/\evil` and tabs within as another host, so it is parsed as they do and given back rebuilt.
 */
export function safePath(asked: string | null | undefined): string {
  if (!asked?.startsWith("/") || !URL.canParse(asked, BASE)) return "/tenants";
  const url = new URL(asked, BASE);
  const path = url.pathname + url.search + url.hash;
  return url.origin === BASE && !path.startsWith("//") ? path : "/tenants";
}

/** The sign-in page, which leads back to `path`. */
export function signInPath(path: string): string {
  return `/sign-in?callbackUrl=${encodeURIComponent(path.toWellFormed())}`;
}

/** The page that asks for a second factor, and leads on to `path`. */
export function secondFactorPath(path: string): string {
  return `/sign-in/second-factor?callbackUrl=${encodeURIComponent(path)}`;
}
