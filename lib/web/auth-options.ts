import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { currentRequest, unexpected } from "#lib/http/index.ts";
import { endSession, findSessionUser, SESSION_MAX_AGE_SECONDS, signIn } from "#lib/identity/index.ts";
import { env } from "../env.ts";
import { AppError, isAppError } from "../errors.ts";
import { log } from "../log.ts";
import { noteRefusal } from "./refusal.ts";
import { safePath } from "./safe-path.ts";
import { secureCookies, sessionSecret } from "./session.ts";

/** next-auth's settings; a function, since a build has no secret. */
export function authOptions(): NextAuthOptions {
  return {
    providers: [passwords],
    secret: sessionSecret(),
    session: { strategy: "jwt", maxAge: SESSION_MAX_AGE_SECONDS },
    pages: { signIn: "/sign-in", signOut: "/", error: "/sign-in" },
    useSecureCookies: secureCookies(),
    callbacks,
    events: { signOut: ({ token }) => endSession(String(token.sid), currentRequest()) },
    logger: {
      error: (code, metadata) => log.warn({ code, error: String(metadata) }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

const passwords = CredentialsProvider({
  credentials: { email: { type: "email" }, password: { type: "password" } },
  authorize: async (input) => {
    const typed = { email: String(input?.email ?? ""), password: String(input?.password ?? "") };
    try {
      return await signIn(typed, currentRequest());
    } catch (error) {
      // What next-auth shows is this error's message, so nothing but our own words may be in it.
      const refusal = isAppError(error) ? error : new AppError("unavailable", unexpected(error).message);
      noteRefusal(refusal);
      throw refusal;
    }
  },
});

const callbacks: NextAuthOptions["callbacks"] = {
  // Only who and which session: names and rights are read from the database on every request.
  async jwt({ token, user }) {
    if (user) return { sub: user.id, sid: (user as { sessionId?: string }).sessionId };
    if (!(await findSessionUser(String(token.sid)))) throw new Error("the session has ended");
    return token;
  },
  session: ({ session }) => ({ expires: session.expires }),
  redirect: ({ url, baseUrl }) => {
    const own = URL.canParse(url) && new URL(url).origin === env().PUBLIC_URL;
    return baseUrl + safePath(own ? url.slice(new URL(url).origin.length) : url);
  },
};
