import { expect } from "vitest";
import { listOutbox, type OutboxLetter } from "#lib/mail/index.ts";

/** The letters to an address, the newest first. */
export async function lettersTo(email: string): Promise<OutboxLetter[]> {
  return (await listOutbox(500)).filter(({ to }) => to === email);
}

/** The newest letter to an address; letters are sent after the answer, so it is waited for. */
export async function letterTo(email: string, subject: RegExp): Promise<OutboxLetter> {
  const found = async () => (await lettersTo(email)).find((letter) => subject.test(letter.subject));
  await expect.poll(found, { message: `a letter to ${email} about ${subject}`, timeout: 15_000 }).toBeDefined();
  return (await found()) as OutboxLetter;
}

/** The secret of the link in a letter. */
export function linkSecretIn({ text }: OutboxLetter): string {
  return /[?&]token=([\w-]+)/.exec(text)?.[1] ?? "";
}
