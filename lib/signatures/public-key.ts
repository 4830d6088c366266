import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { invalid } from "../errors.ts";

/** A public key in its one form. */
export interface PublicKey {
  /** PEM of the SubjectPublicKeyInfo (RFC 7468, section 13). */
  pem: string;
  /** `ECDSA P-256`, `RSA 3072`, … */
  kind: string;
  /** SHA-256 of the DER, in hex. */
  fingerprint: string;
}

/** Longer than an RSA key of 16,384 bits. */
const PEM_LENGTH_MAX = 4000;
const RSA_BITS = { min: 2048, max: 8192 };
const PEM = /^-----BEGIN PUBLIC KEY-----\s+[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/;
const CURVES: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384" };

// What people paste in its place, and what would be right.
const MISTAKEN: readonly [RegExp, string][] = [
  [/PRIVATE KEY/, "is a private key: keep it to yourself, and paste the public one (cosign.pub)"],
  [
    /BEGIN (?:TRUSTED )?CERTIFICATE/,
    "is a certificate: paste its public key alone (openssl x509 -in cert.pem -noout -pubkey)",
  ],
  [/BEGIN RSA PUBLIC KEY/, "is in the form of PKCS #1: turn it (openssl rsa -RSAPublicKey_in -in key.pem -pubout)"],
  [/BEGIN PGP/, "is an OpenPGP key, whose signatures are not read here: make one with cosign generate-key-pair"],
  [/^(?:ssh-|ecdsa-sha2-)|BEGIN SSH2/, "is an SSH key: turn it (ssh-keygen -e -m PKCS8 -f key.pub)"],
  [/BEGIN PUBLIC KEY[\s\S]*BEGIN PUBLIC KEY/, "has two keys: each is a signer of its own"],
];

/** What is wrong with a pasted public key, and what would be right; null for one that can be used. Pure. */
export function publicKeyProblem(pem: string): string | null {
  const text = pem.trim();
  if (text === "") return "is missing: paste the public key in PEM (cosign.pub)";
  const mistaken = MISTAKEN.find(([form]) => form.test(text));
  if (mistaken) return mistaken[1];
  if (text.length > PEM_LENGTH_MAX || !PEM.test(text)) {
    return "is no public key in PEM: it must begin with -----BEGIN PUBLIC KEY-----, as cosign.pub does, and end with its END line";
  }
  const key = keyIn(text);
  return key ? kindOf(key).problem : "can't be read: the lines between BEGIN and END are cut or changed";
}

/** A public key in its normal form. @throws invalid where publicKeyProblem has words for it */
export function readPublicKey(pem: string): PublicKey {
  const { key, kind } = keyObject(pem);
  const der = key.export({ format: "der", type: "spki" });
  return {
    pem: key.export({ format: "pem", type: "spki" }).toString(),
    kind,
    fingerprint: createHash("sha256").update(der).digest("hex"),
  };
}

/** The same, to verify with. */
export function keyObject(pem: string): { key: KeyObject; kind: string } {
  const problem = publicKeyProblem(pem);
  const key = problem ? null : keyIn(pem.trim());
  if (!key) throw invalid({ publicKey: problem ?? "can't be read" });
  return { key, kind: kindOf(key).kind };
}

function keyIn(text: string): KeyObject | null {
  try {
    return createPublicKey({ key: text, format: "pem" });
  } catch {
    // Whatever OpenSSL calls it, it is no key.
    return null;
  }
}

function kindOf(key: KeyObject): { kind: string; problem: string | null } {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { namedCurve = "", modulusLength = 0 } = {} } = key;
  if (type === "ed25519") return { kind: "Ed25519", problem: null };
  if (type === "rsa") {
    const kind = `RSA ${modulusLength}`;
    const fits = modulusLength >= RSA_BITS.min && modulusLength <= RSA_BITS.max;
    return { kind, problem: fits ? null : `is ${kind}: RSA needs ${RSA_BITS.min} to ${RSA_BITS.max} bits` };
  }
  const curve = CURVES[namedCurve];
  if (type === "ec" && curve) return { kind: `ECDSA ${curve}`, problem: null };
  const kind = type === "ec" ? `an ECDSA key on ${namedCurve}` : `a key for ${type}`;
  return { kind, problem: `is ${kind}: use ECDSA on P-256 or P-384, Ed25519, or RSA` };
}
