import { createHash, randomBytes } from "node:crypto";

/** A new secret for a link in a letter, with 256 random bits. */
export function newLinkSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret: SHA-256 in hex. With 256 random bits in it, a slow hash would add nothing. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
