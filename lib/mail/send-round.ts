import { log } from "../log.ts";
import { type Letter, sendMail } from "./send.ts";

const AT_ONCE = 4;
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/** Letters about one thing to many members, each of whom is tried once a round. */
export interface Round<To extends { memberId: string }> {
  /** What it is, for the log. */
  about: string;
  /** A batch of whoever still waits, by the member's id, after one. */
  waiting(after: string): Promise<readonly To[]>;
  letter(to: To): Letter | Promise<Letter>;
  /** Keeps that a letter was sent, or why not. */
  note(to: To, error: string | null): Promise<void>;
}

/**
 * Sends what waits, a few at once. May be ended anywhere: of what was under way then, a letter may come twice.
 * @returns how many were sent, and whether nobody was left out because of the signal
 */
export async function sendRound<To extends { memberId: string }>(
  round: Round<To>,
  signal?: AbortSignal,
): Promise<{ sent: number; whole: boolean }> {
  let sent = 0;
  let after = BEFORE_ALL;
  for (;;) {
    const waiting = await round.waiting(after);
    const last = waiting.at(-1);
    if (!last) return { sent, whole: true };
    after = last.memberId;
    for (let at = 0; at < waiting.length; at += AT_ONCE) {
      if (signal?.aborted) return { sent, whole: false };
      const done = await Promise.all(waiting.slice(at, at + AT_ONCE).map((to) => send(round, to)));
      sent += done.filter(Boolean).length;
    }
  }
}

async function send<To extends { memberId: string }>(round: Round<To>, to: To): Promise<boolean> {
  try {
    await sendMail(await round.letter(to));
  } catch (error) {
    const { message } = error as Error;
    log.warn({ about: round.about, member: to.memberId, error: message }, "a letter was not sent");
    await round.note(to, message.slice(0, 500));
    return false;
  }
  await round.note(to, null);
  return true;
}
