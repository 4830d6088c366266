import { type Tx, transaction } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { EmailAddress } from "../email.ts";
import { AppError, isAppError } from "../errors.ts";
import { findProvider, type Provider, type ProviderId } from "./providers.ts";
import { signUpIsOpen } from "./registration.ts";
import { type Client, startSession } from "./sessions.ts";
import type { SignedIn } from "./sign-in.ts";
import { AccountName, createVerifiedUser, lockOwn } from "./users.ts";

/** Whom a provider says somebody is. */
export interface ProviderProfile {
  provider: ProviderId;
  /** The provider's own id of the person, which never changes hands. */
  accountId: string;
  email: string | null;
  /** Whether the provider says that it has verified the address. */
  emailVerified: boolean;
  name: string | null;
}

/** Why a provider's word was not enough; the pages have a sentence for each. */
export type ProviderRefusal = "provider_unknown" | "provider_unverified" | "provider_has_account" | "provider_closed";

/**
 * Signs in who a provider vouches for. An account is found by the provider's id alone; where there is none, one is made
 * for a verified address that has no account yet. An address that has one is never linked by itself: whoever holds the
 * address at the provider need not hold the account.
 * @throws forbidden with a ProviderRefusal as its reason
 */
export async function signInWithProvider(profile: ProviderProfile, from: Client): Promise<SignedIn> {
  const provider = findProvider(profile.provider);
  if (!provider) throw refusal("provider_unknown", "This way to sign in is not offered here.");
  return transaction(async (tx) => {
    const account = { provider: provider.key, providerAccountId: profile.accountId };
    const known = await tx.account.findUnique({
      where: { provider_providerAccountId: account },
      select: { userId: true },
    });
    const user = await lockOwn(tx, known?.userId ?? (await newUserOf(tx, { profile, provider }, from)));
    const session = await startSession(tx, user, { ...from, method: provider.id });
    return { id: user.id, sessionId: session.id };
  });
}

async function newUserOf(
  tx: Tx,
  { profile, provider }: { profile: ProviderProfile; provider: Provider },
  { requestId }: Pick<AccountCtx, "requestId">,
): Promise<string> {
  const address = EmailAddress.safeParse(profile.email ?? "");
  if (!address.success || !profile.emailVerified) {
    throw refusal("provider_unverified", `${provider.name} has not verified your email address.`);
  }
  const email = address.data;
  if (await tx.user.findUnique({ where: { email }, select: { id: true } })) throw hasAccount(provider);
  if (!signUpIsOpen()) throw refusal("provider_closed", "Accounts here are made by invitation.");
  const name = AccountName.safeParse(profile.name ?? "").data;
  const made = { email, name, passwordHash: null };
  const user = await createVerifiedUser(tx, made, { requestId, by: provider.id }).catch((error) => {
    // Made meanwhile, by another who proved the same address: no more ours to link than before.
    throw isAppError(error) ? hasAccount(provider) : error;
  });
  const row = { userId: user.id, type: "oauth", provider: provider.key, providerAccountId: profile.accountId };
  await tx.account.create({ data: row, select: { id: true } });
  return user.id;
}

function hasAccount({ name }: Provider): AppError {
  return refusal(
    "provider_has_account",
    `There is an account for this address. Sign in, then connect ${name} under Account.`,
  );
}

function refusal(reason: ProviderRefusal, message: string): AppError {
  return new AppError("forbidden", message, { reason });
}
