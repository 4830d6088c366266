import { z } from "zod";
import { query, transaction, translated } from "#lib/db/index.ts";
import { sendMailLater } from "#lib/mail/index.ts";
import { invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { changedLetter } from "./letters.ts";
import { countAttempt, uncountAttempt } from "./limits.ts";
import { countRecoveryCodes } from "./recovery-codes.ts";
import { SecondFactorCode, spendSecondFactor } from "./second-factor.ts";
import { completeSession, tookTooLong } from "./sessions.ts";
import { lockOwn } from "./users.ts";

/** The account of a session that awaits its second factor; null for every other. */
export async function findAwaitingUser(sessionId: string): Promise<{ id: string; email: string } | null> {
  const where = { id: sessionId, awaitsSecondFactor: true, expiresAt: { gt: new Date() } };
  const user = { select: { id: true, email: true } } as const;
  const session = await query((db) => db.session.findFirst({ where, select: { user } }));
  return session?.user ?? null;
}

/**
 * Makes a session whole by a code of the authenticator app, or by a recovery code. Each is good once, of two at once for
 * one of them; attempts are counted before anything is evaluated.
 * @throws unauthenticated where the session does not await one; invalid for a wrong code; limit_exceeded
 */
export async function giveSecondFactor(
  sessionId: string | null,
  input: z.input<typeof SecondFactorCode>,
  at: { requestId: string; now: Date },
): Promise<void> {
  const { code } = parse(SecondFactorCode.extend({ code: z.string().trim().min(1, "is missing").max(60) }), input);
  const awaiting = sessionId && (await findAwaitingUser(sessionId));
  if (!awaiting) throw tookTooLong();
  await countAttempt("second-factor-account", awaiting.id).catch((error) => Promise.reject(translated(error)));
  const codesLeft = await transaction(async (tx) => {
    const user = await lockOwn(tx, awaiting.id);
    const factor = await spendSecondFactor(tx, user, { code, now: at.now });
    if (!factor) throw invalid({ code: "is wrong, or was used already" });
    await completeSession(tx, { id: sessionId, user }, { requestId: at.requestId, factor });
    return factor === "recovery code" ? await countRecoveryCodes(tx, user.id) : null;
  });
  await uncountAttempt("second-factor-account", awaiting.id);
  if (codesLeft === null) return;
  sendMailLater(changedLetter(awaiting.email, `A recovery code was used to sign in; ${codesLeft} are left.`));
}
