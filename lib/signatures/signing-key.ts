import { createVerify, type KeyObject, verify } from "node:crypto";
import { keyObject, publicKeyProblem, readPublicKey } from "./public-key.ts";

/** A public key with the name of who holds its private half. */
export interface Signer {
  name: string;
  /** PEM of the SubjectPublicKeyInfo. */
  publicKey: string;
}

/** A signer's key, read once. */
export interface SigningKey {
  name: string;
  fingerprint: string;
  key: KeyObject;
  /** With which of these a signature was made is nowhere said; null: the key's own way, which wants all bytes at once. */
  hashes: readonly string[] | null;
}

/** Who signed something; and what was found beside it, in words for a list. */
export interface Found {
  by: string[];
  problems: string[];
}

// cosign took SHA-256 with every key, and takes the curve's own hash since 2.6 (sigstore/cosign#4050). RSA is PKCS #1 v1.5.
const HASHES: Record<string, readonly string[]> = {
  prime256v1: ["sha256"],
  secp384r1: ["sha384", "sha256"],
};

/** The keys of signers. One that publicKeyProblem has words for signs nothing. */
export function signingKeys(signers: readonly Signer[]): SigningKey[] {
  const usable = signers.filter(({ publicKey }) => publicKeyProblem(publicKey) === null);
  return usable.map(({ name, publicKey }) => {
    const { key } = keyObject(publicKey);
    const { fingerprint } = readPublicKey(publicKey);
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    const hashes = type === "ed25519" ? null : (HASHES[details?.namedCurve ?? ""] ?? ["sha256"]);
    return { name, fingerprint, key, hashes };
  });
}

/** Whether `signature` of `bytes` was made with the private half of `key`. */
export function isSignedBy({ key, hashes }: SigningKey, bytes: Buffer, signature: Buffer): boolean {
  if (!hashes) return verify(null, bytes, key, signature);
  return hashes.some((hash) => verify(hash, bytes, key, signature));
}

/** The same of bytes that come one after the other; not for a key that wants all at once. */
export function passing({ key, hashes }: SigningKey, signature: Buffer) {
  const running = (hashes ?? []).map((hash) => createVerify(hash));
  return {
    take(chunk: Buffer): void {
      for (const each of running) each.update(chunk);
    },
    end: (): boolean => running.map((each) => each.verify(key, signature)).includes(true),
  };
}

/** What several signatures of one thing say together: what is wrong with some matters only where none is right. */
export function together(tried: readonly Found[]): Found {
  const by = [...new Set(tried.flatMap((each) => each.by))];
  return { by, problems: by.length > 0 ? [] : [...new Set(tried.flatMap((each) => each.problems))] };
}
