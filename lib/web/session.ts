import { decode } from "next-auth/jwt";
import { env, keyFor } from "../env.ts";

/** What the session cookie says. It is a claim: whoever reads it asks the database whether the session still holds. */
export interface SessionClaims {
  userId: string;
  sessionId: string;
}

/** Cookies are `Secure` where the public address is https. */
export function secureCookies(): boolean {
  return env().PUBLIC_URL.startsWith("https://");
}

/** next-auth's own name for the cookie, spelt out since the gate and the pages read it without next-auth. */
export function sessionCookieName(): string {
  return `${secureCookies() ? "__Secure-" : ""}next-auth.session-token`;
}

export function sessionSecret(): string {
  return Buffer.from(keyFor("sessions")).toString("base64");
}

/** The claims of a session cookie; null where there is none, or one that we did not make, or one past its time. */
export async function readSession(cookie: string | undefined): Promise<SessionClaims | null> {
  if (!cookie) return null;
  try {
    const claims = await decode({ token: cookie, secret: sessionSecret() });
    if (!claims?.sub || typeof claims.sid !== "string") return null;
    return { userId: claims.sub, sessionId: claims.sid };
  } catch {
    // Whatever is wrong with a cookie, the answer is the same: nobody is signed in.
    return null;
  }
}
