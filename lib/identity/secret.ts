import { createHash, randomBytes } from "node:crypto";

const PREFIX = { personal: "purser_pat_", robot: "purser_bot_" } as const;

/** A new secret with 256 random bits; its prefix lets secret scanners find it where it was committed by mistake. */
export function newSecret(kind: keyof typeof PREFIX): string {
  return PREFIX[kind] + randomBytes(32).toString("base64url");
}

/** A new secret for a link in a letter, with 256 random bits. */
export function newLinkSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function isTokenSecret(text: string): boolean {
  return Object.values(PREFIX).some((prefix) => text.startsWith(prefix));
}

export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
