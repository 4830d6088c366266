import { currentRequest, unexpected } from "#lib/http/index.ts";
import {
  connectProvider,
  findSessionUser,
  isConnecting,
  type ProviderId,
  type SessionUser,
  type SignedIn,
  signInWithProvider,
} from "#lib/identity/index.ts";
import { isAppError } from "../errors.ts";
import type { ProviderUser } from "./auth-providers.ts";
import { followClaims } from "./follow-directories.ts";
import type { SessionClaims } from "./session.ts";

/** Where connecting a provider is begun and ends. */
export const CONNECTIONS_PATH = "/account/security";

/**
 * What follows when somebody comes back from a provider: their account is connected where this browser's session asked
 * for that, and they are signed in otherwise.
 * @returns who signed in, or a path of our own with a code that its page has a sentence for
 */
export async function backFromProvider(
  user: ProviderUser,
  provider: string,
  current: SessionClaims | null,
): Promise<SignedIn | string> {
  const person = current && (await findSessionUser(current.sessionId));
  if (person && (await isConnecting(provider, person.sessionId))) return connect(person, { user, provider });
  const { id: accountId, email, emailVerified, name } = user;
  try {
    const profile = { provider: provider as ProviderId, accountId, email, emailVerified, name };
    const signedIn = await signInWithProvider(profile, currentRequest());
    await followClaims(signedIn.id, { provider, email, emailVerified, claims: user.claims });
    return signedIn;
  } catch (error) {
    return `/sign-in?${new URLSearchParams({ error: codeOf(error), via: provider })}`;
  }
}

async function connect(
  person: SessionUser,
  { user, provider }: { user: ProviderUser; provider: string },
): Promise<string> {
  const actor = { type: "user", id: person.id, email: person.email, role: null } as const;
  const ctx = { actor, requestId: currentRequest().requestId, now: new Date() };
  try {
    await connectProvider(ctx, { provider, accountId: user.id });
    return CONNECTIONS_PATH;
  } catch (error) {
    return `${CONNECTIONS_PATH}?${new URLSearchParams({ error: codeOf(error), via: provider })}`;
  }
}

// A code of ours, never words: pages look it up in a table.
function codeOf(error: unknown): string {
  if (isAppError(error)) return error.reason ?? error.code;
  unexpected(error);
  return "unavailable";
}
