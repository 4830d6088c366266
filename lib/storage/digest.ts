import { createHash } from "node:crypto";

/** `<algorithm>:<hex>`, as the OCI image specification's "Digests" registers them. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

export type Algorithm = "sha256" | "sha512";

const FORM = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

export function isDigest(text: string): text is Digest {
  return FORM.test(text);
}

export function algorithmOf(digest: Digest): Algorithm {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

export function digestOf(bytes: Uint8Array, algorithm: Algorithm = "sha256"): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
