import { z } from "zod";

/** What a sigstore bundle holds, as far as a key alone can verify it. */
export type Bundle =
  /** `hint` may name the key: SHA-256 of its DER, in base64. Nobody vouches for it. */
  | { kind: "message"; signature: Buffer; hash: string | null; hint: string | null }
  | Statement
  | { kind: "unread"; what: string };

/** An in-toto statement in a DSSE envelope that says of its subjects that they are signed. */
export interface Statement {
  kind: "statement";
  /** What the signatures are of. */
  signed: Buffer;
  signatures: Buffer[];
  /** Digests by algorithm, in hex, one record a subject. */
  subjects: Record<string, string>[];
}

// sigstore/protobuf-specs, sigstore_bundle.proto; the older media type has its version behind it.
const MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.\d+\+json|\+json;version=0\.\d+)$/;
const IN_TOTO = "application/vnd.in-toto+json";
const STATEMENTS = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];
/** What `cosign sign` says. An SBOM or a scan made with the same key is no signature, though cosign verifies it as one. */
export const SIGN_PREDICATE = "https://sigstore.dev/cosign/sign/v1";
const SIGNATURES_MAX = 20;
const SUBJECTS_MAX = 1000;

const base64 = z.string().transform((text) => Buffer.from(text, "base64"));
const Envelope = z.object({
  payload: base64,
  payloadType: z.string().max(255),
  signatures: z.array(z.object({ sig: base64 })).max(SIGNATURES_MAX),
});
const Shape = z.object({
  mediaType: z.string().regex(MEDIA_TYPE),
  verificationMaterial: z
    .object({ publicKey: z.object({ hint: z.string().optional() }).optional() })
    .optional()
    .catch(undefined),
  messageSignature: z
    .object({ signature: base64, messageDigest: z.object({ algorithm: z.string().max(50) }).optional() })
    .optional(),
  dsseEnvelope: Envelope.optional(),
});
const InToto = z.object({
  _type: z.enum(STATEMENTS),
  predicateType: z.string().max(500),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).max(SUBJECTS_MAX),
});

/** Whether a media type or an artifact type is that of a bundle, of any version. */
export function isBundle(mediaType: string): boolean {
  return MEDIA_TYPE.test(mediaType);
}

/** Reads a bundle; nothing in it is verified yet. Pure. */
export function readBundle(bytes: Buffer): Bundle {
  const { data } = Shape.safeParse(jsonOf(bytes));
  if (!data) return { kind: "unread", what: "a sigstore bundle that is cut or of an unknown form" };
  if (data.dsseEnvelope) return statementOf(data.dsseEnvelope);
  if (!data.messageSignature) return { kind: "unread", what: "a sigstore bundle without a signature" };
  const { signature, messageDigest } = data.messageSignature;
  const hint = data.verificationMaterial?.publicKey?.hint ?? null;
  return { kind: "message", signature, hash: messageDigest?.algorithm ?? null, hint };
}

function statementOf({ payload, payloadType, signatures }: z.output<typeof Envelope>): Bundle {
  if (payloadType !== IN_TOTO) return { kind: "unread", what: `an envelope of ${payloadType}, not of a statement` };
  const { data } = InToto.safeParse(jsonOf(payload));
  if (!data) return { kind: "unread", what: "a statement of an unknown form" };
  const { predicateType, subject } = data;
  if (predicateType !== SIGN_PREDICATE)
    return { kind: "unread", what: `an attestation (${predicateType}), not a signature` };
  return {
    kind: "statement",
    signed: preAuthenticated(payloadType, payload),
    signatures: signatures.map(({ sig }) => sig),
    subjects: subject.map(({ digest }) => digest),
  };
}

/** What a DSSE signature is of (secure-systems-lab/dsse, protocol.md, "PAE"). */
export function preAuthenticated(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** What JSON says; undefined for what is none. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // Whoever pushes writes it: the schema has words for what is missing.
    return undefined;
  }
}
