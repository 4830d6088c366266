import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { env, keyFor } from "../env.ts";

const FORM = /^([0-9a-f-]{36})\.([\w-]{43})$/;

/** What proves a member in a letter's link. It opens nothing but whether letters come, so it does not end. */
export function mailTokenOf(memberId: string): string {
  return `${memberId}.${signatureOf(memberId)}`;
}

/** The member whose token it is; null for one that is none of ours. */
export function memberOfMailToken(token: string): string | null {
  const [, memberId = "", signature = ""] = FORM.exec(token) ?? [];
  if (!z.uuid().safeParse(memberId).success) return null;
  return timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(memberId))) ? memberId : null;
}

function signatureOf(memberId: string): string {
  return createHmac("sha256", keyFor("mail-preferences")).update(memberId).digest("base64url");
}

/** The page on which a member says whether letters come. */
export function mailPreferenceUrl(memberId: string): string {
  return `${env().PUBLIC_URL}/mail/releases?token=${mailTokenOf(memberId)}`;
}

/** Where a mail program ends them by itself (RFC 8058). */
export function oneClickUrl(memberId: string): string {
  return `${env().PUBLIC_URL}/api/mail/releases?token=${mailTokenOf(memberId)}`;
}
