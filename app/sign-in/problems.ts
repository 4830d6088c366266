import type { ProviderRefusal } from "#lib/identity/index.ts";

const UNKNOWN = "You could not be signed in. Try again.";

type Problem =
  | ProviderRefusal
  | "provider_taken"
  | "provider_another"
  | "connecting"
  | "unavailable"
  | "limit_exceeded";

const PROBLEMS: Record<Problem, (provider: string) => string> = {
  provider_unknown: () => "This way to sign in is not offered here.",
  provider_unverified: (provider) =>
    `${provider} has not verified your email address. Verify it there, then try again.`,
  provider_has_account: (provider) =>
    `There is an account for this address. Sign in, then connect ${provider} under Account.`,
  provider_closed: () => "Accounts here are made by invitation. Ask the vendor whose software you use.",
  provider_taken: (provider) => `That account at ${provider} is connected with another account here.`,
  provider_another: (provider) => `Another account at ${provider} is connected. Disconnect it first.`,
  connecting: () => "The provider was not connected: it did not answer, or said no. Try again.",
  unavailable: () => "That could not be done now. Try again in a moment.",
  limit_exceeded: () => "Too many attempts. Try again in some minutes.",
};

/** What a code in the address means, in our own words: anyone can write a link with others. Null where there is no code. */
export function problemOf(
  code: string | undefined,
  via: string | undefined,
  providers: readonly { id: string; name: string }[],
): string | null {
  if (code === undefined) return null;
  const name = providers.find(({ id }) => id === via)?.name ?? "the provider";
  return Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as Problem](name) : UNKNOWN;
}
