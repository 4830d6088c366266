import { translated } from "#lib/db/index.ts";
import { type Letter, sendMail } from "#lib/mail/index.ts";
import { log } from "../log.ts";
import { countAttempt, uncountAttempt } from "./limits.ts";
import type { LinkPurpose } from "./mail-link.ts";
import { networkOf } from "./network.ts";

/**
 * Has the letter sent that `compose` makes, if any. Everything but the counting happens after the answer: neither its
 * words nor its time may tell whether an address has an account.
 * @throws limit_exceeded after too many letters of a purpose to an address, or from a network
 */
export async function askForLetter(
  { to, about }: { to: string; about: LinkPurpose },
  from: { address: string },
  compose: () => Promise<Letter | null>,
): Promise<void> {
  const network = networkOf(from.address);
  try {
    await countAttempt("mail-address", network);
    // Each purpose for itself: strangers who ask for other letters must not keep an owner from a new password.
    await countAttempt("mail-account", `${about} ${to}`).catch(async (refusal) => {
      await uncountAttempt("mail-address", network);
      throw refusal;
    });
  } catch (error) {
    throw translated(error);
  }
  deliver(compose).catch((error) => log.error({ error: String(error) }, "a letter was lost"));
}

async function deliver(compose: () => Promise<Letter | null>): Promise<void> {
  const letter = await compose();
  if (letter) await sendMail(letter);
}

/** Gives a network back what one letter counted: somebody who got it came back with its link. */
export async function letterArrived(from: { address: string }): Promise<void> {
  await uncountAttempt("mail-address", networkOf(from.address));
}
