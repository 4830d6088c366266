import { randomBytes } from "node:crypto";

export { hashSecret, newLinkSecret } from "../secret.ts";

const PREFIX = { personal: "purser_pat_", robot: "purser_bot_", refresh: "purser_ref_" } as const;

/** A new secret with 256 random bits; its prefix lets secret scanners find it where it was committed by mistake. */
export function newSecret(kind: keyof typeof PREFIX): string {
  return PREFIX[kind] + randomBytes(32).toString("base64url");
}

/** Whether a text has the form of an access token's secret. */
export function isTokenSecret(text: string): boolean {
  return text.startsWith(PREFIX.personal) || text.startsWith(PREFIX.robot);
}
