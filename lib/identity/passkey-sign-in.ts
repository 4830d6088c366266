import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { type Passkey, query, transaction, translated } from "#lib/db/index.ts";
import { type AppError, unauthenticated } from "../errors.ts";
import { keepChallenge, takeChallenge } from "./challenges.ts";
import { countAttempt } from "./limits.ts";
import { networkOf } from "./network.ts";
import { relyingParty } from "./passkeys.ts";
import { type Client, startSession } from "./sessions.ts";
import type { SignedIn } from "./sign-in.ts";

const PURPOSE = "passkey-sign-in";

const Assertion = z.looseObject({
  id: z.string().max(2000),
  response: z.looseObject({ userHandle: z.string().max(200).optional() }),
});

/** What a browser needs to ask for any of its passkeys for us. @throws limit_exceeded */
export async function askPasskey(from: { address: string }): Promise<PublicKeyCredentialRequestOptionsJSON> {
  await countAttempt("passkey-address", networkOf(from.address)).catch((error) => Promise.reject(translated(error)));
  const options = await generateAuthenticationOptions({ rpID: relyingParty().rpID, userVerification: "required" });
  await keepChallenge(PURPOSE, options.challenge);
  return options;
}

/**
 * Signs in with a passkey: two factors at once, since it verifies its user. A challenge is good once, and a counter that
 * went back is a copied key.
 * @param json what the browser made of the challenge
 * @throws unauthenticated
 */
export async function signInWithPasskey(json: string, from: Client): Promise<SignedIn> {
  const assertion = Assertion.safeParse(parsed(json));
  if (!assertion.success) throw refused();
  const { id: credentialId, response } = assertion.data;
  const passkey = await query((db) => db.passkey.findUnique({ where: { credentialId }, include: { user: true } }));
  if (!passkey) throw refused();
  // The user that the passkey was made for, as it says itself (WebAuthn, section 7.2, step 6).
  const named = response.userHandle && Buffer.from(response.userHandle, "base64url").toString();
  if (named !== undefined && named !== passkey.userId) throw refused();
  const newCounter = await verified(passkey, assertion.data as unknown as AuthenticationResponseJSON);
  return transaction(async (tx) => {
    // Of two at once with the same counter, one finds it as it was.
    const { id, counter, userId } = passkey;
    const used = { counter: newCounter, lastUsedAt: new Date() };
    const { count } = await tx.passkey.updateMany({ where: { id, counter }, data: used });
    if (count === 0) throw refused();
    const session = await startSession(tx, passkey.user, { ...from, method: "passkey" });
    return { id: userId, sessionId: session.id };
  });
}

/** @returns the counter that the passkey tells now */
async function verified(passkey: Passkey, response: AuthenticationResponseJSON): Promise<number> {
  const { rpID, origin } = relyingParty();
  const { credentialId, publicKey, counter } = passkey;
  const result = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (challenge) => takeChallenge(PURPOSE, challenge),
    expectedOrigin: origin,
    expectedRPID: rpID,
    credential: { id: credentialId, publicKey: Uint8Array.from(publicKey), counter: Number(counter) },
    requireUserVerification: true,
  }).catch((cause) => Promise.reject(refused(cause)));
  if (!result.verified) throw refused();
  return result.authenticationInfo.newCounter;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json.slice(0, 20_000));
  } catch {
    // What is no JSON is no assertion: the caller says so.
    return null;
  }
}

function refused(cause?: unknown): AppError {
  return unauthenticated("The passkey was not accepted. It may have been removed from the account.", { cause });
}
