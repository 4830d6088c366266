import { randomBytes } from "node:crypto";

export { hashSecret, newLinkSecret } from "../secret.ts";

const PREFIX = { personal: "purser_pat_", robot: "purser_bot_" } as const;

/** A new secret with 256 random bits; its prefix lets secret scanners find it where it was committed by mistake. */
export function newSecret(kind: keyof typeof PREFIX): string {
  return PREFIX[kind] + randomBytes(32).toString("base64url");
}

export function isTokenSecret(text: string): boolean {
  return Object.values(PREFIX).some((prefix) => text.startsWith(prefix));
}
