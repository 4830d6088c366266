import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { query, transaction, translated } from "#lib/db/index.ts";
import { unauthenticated } from "../errors.ts";
import { EmailAddress } from "./email.ts";
import { countAttempt, inTurn, uncountAttempt } from "./limits.ts";
import { networkOf } from "./network.ts";
import { verifyPassword } from "./password.ts";

export interface SignedIn {
  id: string;
  email: string;
  name: string | null;
  sessionVersion: number;
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
): Promise<SignedIn> {
  const parsed = Credentials.safeParse(input);
  const account = parsed.success ? parsed.data.email : "malformed";
  const network = networkOf(from.address);
  return inTurn(network, () => evaluate({ account, network, password: input.password }));
}

async function evaluate(attempt: { account: string; network: string; password: string }): Promise<SignedIn> {
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
    return { id: user.id, email: user.email, name: user.name, sessionVersion: user.sessionVersion };
  } catch (error) {
    throw translated(error);
  }
}

/** The same for a person at the sign-in page, with a row in the instance's audit log. */
export async function signIn(
  input: { email: string; password: string },
  from: { address: string; requestId: string },
): Promise<SignedIn> {
  const user = await checkPassword(input, from);
  await transaction((tx) =>
    record(
      tx,
      { tenant: null, actor: { type: "user", id: user.id, email: user.email, role: null }, requestId: from.requestId },
      { action: "session.started", subject: { type: "user", id: user.id, label: user.email } },
    ),
  );
  return user;
}
