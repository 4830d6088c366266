import { query } from "#lib/db/index.ts";

const SECONDS = 300;

/** Keeps a passkey's challenge for what it was made for: `passkey-add:<user>` or `passkey-sign-in`. */
export async function keepChallenge(purpose: string, challenge: string): Promise<void> {
  const expires = new Date(Date.now() + SECONDS * 1000);
  await query(async (db) => {
    await db.verificationToken.deleteMany({ where: { expires: { lt: new Date() } } });
    await db.verificationToken.create({ data: { identifier: purpose, token: challenge, expires } });
  });
}

/** Whether a challenge is one of ours for that. It is used up by being asked, whatever comes of it; of two at once, by one. */
export async function takeChallenge(purpose: string, challenge: string): Promise<boolean> {
  const ours = { identifier: purpose, token: challenge, expires: { gt: new Date() } };
  const { count } = await query((db) => db.verificationToken.deleteMany({ where: ours }));
  return count === 1;
}
