import { z } from "zod";
import type { Tx } from "#lib/db/index.ts";
import { AppError } from "../errors.ts";
import { hashSecret, newLinkSecret } from "./secret.ts";

/** What a link in a letter is for, and how long it works. */
const SECONDS = {
  registration: 24 * 3600,
  "password-reset": 3600,
  "email-change": 24 * 3600,
} as const;

/** A link's secret as a form sends it back; what is no secret of ours is a link that does not work. */
export const LinkSecret = z.string().max(200);

export type LinkPurpose = keyof typeof SECONDS;

/** Makes the one link of its purpose and subject: those before it stop working. @returns its secret, kept as a hash */
export async function makeLink(tx: Tx, purpose: LinkPurpose, subject: string): Promise<string> {
  const identifier = `${purpose}:${subject}`;
  const secret = newLinkSecret();
  const expires = new Date(Date.now() + SECONDS[purpose] * 1000);
  await tx.verificationToken.deleteMany({ where: { OR: [{ identifier }, { expires: { lt: new Date() } }] } });
  await tx.verificationToken.create({ data: { identifier, token: hashSecret(secret), expires } });
  return secret;
}

/** Ends links of a purpose whose subject begins so: what they were asked for has changed. */
export async function dropLinks(tx: Tx, purpose: LinkPurpose, subject: string): Promise<void> {
  await tx.verificationToken.deleteMany({ where: { identifier: { startsWith: `${purpose}:${subject}` } } });
}

/** Whom or what a link is about; it stays as good as it is, since mail programs open links before people do. */
export async function readLink(tx: Tx, purpose: LinkPurpose, secret: string): Promise<string | null> {
  const row = await tx.verificationToken.findUnique({ where: { token: hashSecret(secret) } });
  if (!row || row.expires <= new Date() || !row.identifier.startsWith(`${purpose}:`)) return null;
  return row.identifier.slice(purpose.length + 1);
}

/** The same, and the link is used up: of two at once, one succeeds. @throws not_found in words for the page */
export async function takeLink(tx: Tx, purpose: LinkPurpose, secret: string): Promise<string> {
  const subject = await readLink(tx, purpose, secret);
  const { count } = await tx.verificationToken.deleteMany({ where: { token: hashSecret(secret) } });
  if (subject === null || count === 0) throw linkUnknown();
  return subject;
}

export function linkUnknown(): AppError {
  return new AppError("not_found", "This link has expired or was used already. Ask for a new one.");
}
