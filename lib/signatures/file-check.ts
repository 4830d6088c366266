import type { Statement } from "./bundle.ts";
import type { FileSignature } from "./file-signature.ts";
import { among } from "./image-signature.ts";
import { type Found, isSignedBy, passing, type SigningKey } from "./signing-key.ts";

/** More than a bundle with certificates and proofs has. */
export const SIGNATURE_BYTES_MAX = 1024 * 1024;
/** Ed25519 wants all bytes at once: a file that is larger is not verified with such a key. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** A file on which one signature is tried with some keys. */
export interface FileCheck {
  /** Whether its bytes are wanted, in order; where not, `end` may be asked at once. */
  wantsBytes: boolean;
  /** It may keep the chunk as it is: a copy for each signature that is tried would be many times the file. */
  take(chunk: Buffer): void;
  /** Who signed it, once `take` has had all bytes. */
  end(): Found;
}

interface File {
  /** Bytes. */
  size: number;
  /** In hex. */
  sha256: string;
}

/** Begins to check a file's signature: a statement is of its digest, all else of its bytes, which pass once. */
export function beginFileCheck(file: File, signature: FileSignature, keys: readonly SigningKey[]): FileCheck {
  if (signature.kind === "unread") return settled({ by: [], problems: [signature.what] });
  if (signature.kind === "statement") return settled(ofStatement(file, signature, keys));
  return ofBytes(file, signature, hinted(keys, signature.hint));
}

// Each key that is tried hashes all bytes anew. A hint that names one of them spares the others.
function hinted(keys: readonly SigningKey[], hint: string | null): readonly SigningKey[] {
  const meant = keys.filter(({ fingerprint }) => Buffer.from(fingerprint, "hex").toString("base64") === hint);
  return meant.length > 0 ? meant : keys;
}

function settled(found: Found): FileCheck {
  return { wantsBytes: false, take: () => undefined, end: () => found };
}

function ofStatement(
  { sha256 }: File,
  { subjects, signed, signatures }: Statement,
  keys: readonly SigningKey[],
): Found {
  if (!subjects.some((digests) => digests.sha256 === sha256)) {
    return { by: [], problems: ["a signature of another file"] };
  }
  return among(keys, (key) => signatures.some((signature) => isSignedBy(key, signed, signature)));
}

function ofBytes(
  { size }: File,
  { signature, prehashed }: Extract<FileSignature, { kind: "bytes" }>,
  keys: readonly SigningKey[],
): FileCheck {
  const streamed = keys.filter(({ hashes }) => hashes).map((key) => ({ key, pass: passing(key, signature) }));
  const whole = keys.filter(({ hashes }) => !hashes);
  const problem = problemOf({ size, prehashed, whole });
  const kept: Buffer[] | null = problem || whole.length === 0 ? null : [];
  return {
    wantsBytes: streamed.length > 0 || kept !== null,
    take(chunk) {
      for (const { pass } of streamed) pass.take(chunk);
      kept?.push(chunk);
    },
    end() {
      const held = new Set(streamed.filter(({ pass }) => pass.end()).map(({ key }) => key));
      const bytes = kept && Buffer.concat(kept);
      const found = among(
        keys,
        (key) => held.has(key) || (bytes && !key.hashes ? isSignedBy(key, bytes, signature) : false),
      );
      return problem && found.by.length === 0 ? { by: [], problems: [problem] } : found;
    },
  };
}

interface Whole {
  size: number;
  prehashed: boolean;
  whole: readonly SigningKey[];
}

function problemOf({ size, prehashed, whole }: Whole): string | null {
  if (whole.length === 0) return null;
  if (prehashed) return "an Ed25519ph signature, which is not read here: sign it with an ECDSA key";
  if (size <= MESSAGE_BYTES_MAX) return null;
  return `a signature of ${size} bytes, more than the ${MESSAGE_BYTES_MAX} that Ed25519 is tried on: sign it with an ECDSA key`;
}
