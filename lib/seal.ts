import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { keyFor } from "./env.ts";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what the database must keep and nobody may read there: AES-256-GCM with the instance's key, as
 * `iv ‖ tag ‖ ciphertext`. `context` names the row and column: what is sealed for one place does not open in another.
 */
export function seal(text: string, context: string): Buffer<ArrayBuffer> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyFor("stored-secrets"), iv).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** What was sealed. @throws where it was changed, or sealed with another key or for another place */
export function unseal(bytes: Uint8Array, context: string): string {
  const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
  const decipher = createDecipheriv("aes-256-gcm", keyFor("stored-secrets"), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
  return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
}
