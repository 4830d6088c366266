import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { keyFor } from "../env.ts";

// RFC 8410, section 7: what stands before an Ed25519 key's 32 bytes in PKCS #8.
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

export interface Signature {
  algorithm: "Ed25519";
  /** The public key as SubjectPublicKeyInfo, in base64. */
  publicKey: string;
  /** SHA-256 of what is signed, in hex. */
  sha256: string;
  /** In base64. */
  value: string;
}

/** Signs with a key that is the instance's own and comes from PURSER_SECRET (RFC 8032, Ed25519). */
export function signed(text: string): Signature {
  const key = privateKey();
  return {
    algorithm: "Ed25519",
    publicKey: publicKeyOf(key),
    sha256: createHash("sha256").update(text).digest("hex"),
    value: sign(null, Buffer.from(text), key).toString("base64"),
  };
}

/** Whether a signature is right for a text, by the key that it names. */
export function isSigned(text: string, { publicKey, sha256, value }: Signature): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  const same = createHash("sha256").update(text).digest("hex") === sha256;
  return same && verify(null, Buffer.from(text), key, Buffer.from(value, "base64"));
}

/** The public key of this instance, in base64: by it a snapshot is known to be ours. */
export function instancePublicKey(): string {
  return publicKeyOf(privateKey());
}

function privateKey(): KeyObject {
  const der = Buffer.concat([PKCS8, keyFor("compliance-snapshots")]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
}
