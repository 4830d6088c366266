import type { NextAuthOptions } from "next-auth";
import { currentRequest } from "#lib/http/index.ts";
import { endSession, findSessionUser, SESSION_MAX_AGE_SECONDS } from "#lib/identity/index.ts";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { authProviders, type ProviderUser } from "./auth-providers.ts";
import { followDirectories } from "./follow-directories.ts";
import { ownPath } from "./own-path.ts";
import { backFromProvider } from "./provider-callback.ts";
import { type SessionClaims, secureCookies, sessionSecret } from "./session.ts";

/**
 * next-auth's settings; a function, since a build has no secret.
 * @param current the session that the request came with: whoever comes back from a provider may be signed in already
 */
export function authOptions(current: SessionClaims | null): NextAuthOptions {
  return {
    providers: authProviders(),
    secret: sessionSecret(),
    session: { strategy: "jwt", maxAge: SESSION_MAX_AGE_SECONDS },
    pages: { signIn: "/sign-in", signOut: "/", error: "/sign-in" },
    useSecureCookies: secureCookies(),
    callbacks: callbacksFor(current),
    events: { signOut: ({ token }) => endSession(String(token.sid), currentRequest()) },
    logger: {
      error: (code, metadata) =>
        log.warn({ code, error: String((metadata as { error?: unknown }).error ?? metadata) }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

function callbacksFor(current: SessionClaims | null): NextAuthOptions["callbacks"] {
  return {
    async signIn({ user, account }) {
      if (account?.type !== "oauth") return true;
      const answer = await backFromProvider(user as ProviderUser, account.provider, current);
      if (typeof answer === "string") return env().PUBLIC_URL + answer;
      // next-auth hands this same object on to the callback that makes the cookie.
      Object.assign(user, answer);
      return true;
    },
    // Only who and which session: names and rights are read from the database on every request.
    async jwt({ token, user }) {
      if (user) {
        await followDirectories(user.id);
        return { sub: user.id, sid: (user as { sessionId?: string }).sessionId };
      }
      if (!(await findSessionUser(String(token.sid)))) throw new Error("the session has ended");
      return token;
    },
    session: ({ session }) => ({ expires: session.expires }),
    redirect: ({ url, baseUrl }) => baseUrl + ownPath(url),
  };
}
