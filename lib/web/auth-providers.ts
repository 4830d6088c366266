import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import GitHubProvider from "next-auth/providers/github";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { currentRequest, unexpected } from "#lib/http/index.ts";
import { configuredProviders, type Provider, type SignedIn, signIn, signInWithPasskey } from "#lib/identity/index.ts";
import { AppError, isAppError } from "../errors.ts";
import { noteRefusal } from "./refusal.ts";

/** Whom a provider names, as our callbacks get it. */
export interface ProviderUser {
  id: string;
  name: string | null;
  email: string | null;
  emailVerified: boolean;
  /** All that the provider said: a directory may go by some of it. */
  claims: Readonly<Record<string, unknown>>;
}

/** All ways to sign in: password and passkey, and the providers that the settings name. */
export function authProviders(): NextAuthOptions["providers"] {
  return [passwords, passkeys, ...configuredProviders().map((provider) => MADE[provider.id](provider))];
}

const passwords = CredentialsProvider({
  credentials: { email: { type: "email" }, password: { type: "password" } },
  authorize: (input) => {
    const typed = { email: String(input?.email ?? ""), password: String(input?.password ?? "") };
    return noted(() => signIn(typed, currentRequest()));
  },
});

const passkeys = CredentialsProvider({
  id: "passkey",
  name: "Passkey",
  credentials: { response: { type: "text" } },
  authorize: (input) => noted(() => signInWithPasskey(String(input?.response ?? ""), currentRequest())),
});

async function noted(work: () => Promise<SignedIn>): Promise<SignedIn> {
  try {
    return await work();
  } catch (error) {
    // What next-auth shows is this error's message, so nothing but our own words may be in it.
    const refusal = isAppError(error) ? error : new AppError("unavailable", unexpected(error).message);
    noteRefusal(refusal);
    throw refusal;
  }
}

/** What OpenID Connect says of somebody (Core 1.0, section 5.1). */
interface Claims {
  sub: string;
  name?: string;
  email?: string;
  email_verified?: boolean | string;
}

interface GitHubEmail {
  email: string;
  primary: boolean;
  verified: boolean;
}

type AuthProvider = NextAuthOptions["providers"][number];

const MADE: Record<Provider["id"], (provider: Provider) => AuthProvider> = { github, google: openId, oidc: openId };

function openId({ id, name, clientId, clientSecret, issuer }: Provider): AuthProvider {
  const config: OAuthConfig<Claims> = {
    id,
    name,
    type: "oauth",
    wellKnown: `${issuer?.replace(/\/$/, "")}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    clientId,
    clientSecret,
    userinfo: { request: claimsOf },
    profile: userOfClaims,
  };
  return config;
}

type UserInfoRequest = Extract<NonNullable<OAuthConfig<Claims>["userinfo"]>, { request?: unknown }>["request"];

// Some providers tell the address in the ID token, some by the user info endpoint alone.
const claimsOf: UserInfoRequest = async ({ client, tokens }) => {
  const claims = (tokens as unknown as { claims(): Claims }).claims();
  const told = claims.email !== undefined && claims.email_verified !== undefined;
  if (told || !client.issuer.metadata.userinfo_endpoint) return { ...claims };
  return { ...(await client.userinfo(tokens as never)), sub: claims.sub };
};

function userOfClaims(claims: Claims): ProviderUser {
  const { sub, name, email, email_verified } = claims;
  const emailVerified = email_verified === true || email_verified === "true";
  // Normalised, another address may be the same to us: that would be somebody else's mailbox.
  const plain = email !== undefined && /^[ -~]*$/.test(email);
  return { id: sub, name: name ?? null, email: plain ? email : null, emailVerified, claims: { ...claims } };
}

/** GitHub is no OpenID provider; it tells which addresses it has verified by another question. */
function github({ clientId, clientSecret }: Provider): AuthProvider {
  return GitHubProvider({
    clientId,
    clientSecret,
    checks: ["pkce", "state"],
    userinfo: {
      url: "https://api.github.com/user",
      request: async ({ client, tokens }) => {
        const profile = await client.userinfo(String(tokens.access_token));
        const headers = { authorization: `Bearer ${tokens.access_token}`, accept: "application/vnd.github+json" };
        const answer = await fetch("https://api.github.com/user/emails", {
          headers,
          signal: AbortSignal.timeout(5000),
        });
        const emails: GitHubEmail[] = answer.ok ? await answer.json() : [];
        return { ...profile, ...verifiedAddressOf(emails) };
      },
    },
    profile: ({ id, name, login, email, email_verified }) =>
      userOfClaims({
        sub: String(id),
        name: name ?? login,
        email: email ?? undefined,
        email_verified: email_verified === true,
      }),
  });
}

/** The address that GitHub has verified and uses for somebody. */
export function verifiedAddressOf(emails: readonly GitHubEmail[]): Pick<Claims, "email" | "email_verified"> {
  const primary = emails.find((email) => email.primary && email.verified);
  return primary ? { email: primary.email, email_verified: true } : { email: undefined, email_verified: false };
}
