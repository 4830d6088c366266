import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { preAuthenticated } from "./bundle.ts";

export type Kind = "P-256" | "P-384" | "Ed25519" | "RSA";

/** A key pair of whoever signs. */
export interface KeyPair {
  /** As the policy has it. */
  publicKey: string;
  privateKey: KeyObject;
  kind: Kind;
}

/** The same as `cosign generate-key-pair`, and for other kinds as `cosign import-key-pair`. */
export function newKeyPair(kind: Kind = "P-256"): KeyPair {
  const pair = pairOf(kind);
  return {
    kind,
    privateKey: pair.privateKey,
    publicKey: pair.publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}

function pairOf(kind: Kind) {
  if (kind === "Ed25519") return generateKeyPairSync("ed25519");
  if (kind === "RSA") return generateKeyPairSync("rsa", { modulusLength: 2048 });
  return generateKeyPairSync("ec", { namedCurve: kind });
}

/** A signature in base64. */
export function signed({ kind, privateKey }: KeyPair, bytes: Buffer, hash = "sha256"): string {
  return sign(kind === "Ed25519" ? null : hash, bytes, privateKey).toString("base64");
}

export const SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
export const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
export const SIGN_PREDICATE = "https://sigstore.dev/cosign/sign/v1";

/** What `cosign sign` signs where it writes no bundle. */
export function payloadOf(digest: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": "registry.example/app" },
        image: { "docker-manifest-digest": digest },
        type: "cosign container image signature",
      },
      optional: null,
    }),
  );
}

/** What `cosign sign` of version 3 writes: a statement in a bundle. */
export function statementBundle(pair: KeyPair, digest: string, predicateType = SIGN_PREDICATE): Buffer {
  const [algorithm = "", hex = ""] = digest.split(":");
  const payload = Buffer.from(
    JSON.stringify({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ digest: { [algorithm]: hex } }],
      predicateType,
      predicate: {},
    }),
  );
  const payloadType = "application/vnd.in-toto+json";
  const sig = signed(pair, preAuthenticated(payloadType, payload));
  return bundleOf(pair, { dsseEnvelope: { payload: payload.toString("base64"), payloadType, signatures: [{ sig }] } });
}

/** What `cosign sign-blob --bundle` writes. */
export function messageBundle(pair: KeyPair, bytes: Buffer, algorithm = "SHA2_256"): Buffer {
  const hash = algorithm.replace("SHA2_", "sha");
  const digest = createHash(hash).update(bytes).digest("base64");
  return bundleOf(pair, {
    messageSignature: { messageDigest: { algorithm, digest }, signature: signed(pair, bytes, hash) },
  });
}

function bundleOf({ publicKey }: KeyPair, content: object): Buffer {
  const der = Buffer.from(publicKey.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
  const hint = createHash("sha256").update(der).digest("base64");
  return Buffer.from(JSON.stringify({ mediaType: BUNDLE, verificationMaterial: { publicKey: { hint } }, ...content }));
}
