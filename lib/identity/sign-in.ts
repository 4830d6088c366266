import { z } from "zod";
import { query, transaction, translated } from "#lib/db/index.ts";
import { EmailAddress } from "../email.ts";
import { unauthenticated } from "../errors.ts";
import { countAttempt, inTurn, uncountAttempt } from "./limits.ts";
import { networkOf } from "./network.ts";
import { verifyPassword } from "./password.ts";
import { type Client, startSession } from "./sessions.ts";
import { lockOwn } from "./users.ts";

/** An account whose password was right. */
export interface Proven {
  id: string;
  email: string;
  sessionVersion: number;
  totpEnabledAt: Date | null;
}

const Credentials = z.object({ email: EmailAddress, password: z.string().min(1).max(256) });

/**
 * Checks an account's password. Known and unknown accounts are answered alike, in words and in time; attempts are
 * counted per address and per account before anything is evaluated.
 * @throws unauthenticated; limit_exceeded with the seconds to wait
 */
export async function checkPassword(
  input: { email: string; password: string },
  from: { address: string },
): Promise<Proven> {
  const parsed = Credentials.safeParse(input);
  const account = parsed.success ? parsed.data.email : "malformed";
  const network = networkOf(from.address);
  return inTurn(network, () => evaluate({ account, network, password: input.password }));
}

async function evaluate(attempt: { account: string; network: string; password: string }): Promise<Proven> {
  const { account, network, password } = attempt;
  try {
    await countAttempt("password-address", network);
    await countAttempt("password-account", account).catch(async (refusal) => {
      await uncountAttempt("password-address", network);
      throw refusal;
    });
    const user = await query((db) => db.user.findUnique({ where: { email: account } }));
    const right = await verifyPassword(user?.passwordHash ?? null, password);
    if (!user || !right) throw unauthenticated("The email address or the password is wrong.");
    await uncountAttempt("password-address", network);
    await uncountAttempt("password-account", account);
    const { id, email, sessionVersion, totpEnabledAt } = user;
    return { id, email, sessionVersion, totpEnabledAt };
  } catch (error) {
    throw translated(error);
  }
}

/** Who signed in, and the session that began; it may still await its second factor. */
export interface SignedIn {
  id: string;
  sessionId: string;
}

/** The same for a person at the sign-in page. */
export async function signIn(input: { email: string; password: string }, from: Client): Promise<SignedIn> {
  const { id, sessionVersion } = await checkPassword(input, from);
  return transaction(async (tx) => {
    const user = await lockOwn(tx, id);
    // Whoever ended all sessions while the password was checked meant this one, too.
    if (user.sessionVersion !== sessionVersion) throw unauthenticated("The account was just changed. Sign in again.");
    const session = await startSession(tx, user, { ...from, method: "password" });
    return { id: user.id, sessionId: session.id };
  });
}
