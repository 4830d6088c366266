import { z } from "zod";
import { isBundle, jsonOf, readBundle } from "./bundle.ts";
import { type Found, isSignedBy, type SigningKey } from "./signing-key.ts";

/** An image or an index: what is signed is its digest, and in a bundle of a message its bytes. */
export interface SignedImage {
  digest: string;
  /** Null where they are not here: then no signature of bytes is its own. */
  bytes: Buffer | null;
}

/** A layer of a manifest that holds signatures. */
export interface SignatureLayer {
  mediaType: string;
  content: Buffer;
  /** dev.cosignproject.cosign/signature, in base64. */
  signature: string | null;
}

/** A payload of cosign has about 250 bytes, and what its signer adds. */
export const PAYLOAD_BYTES_MAX = 64 * 1024;
/** A bundle may have certificates and a log's proof. */
export const BUNDLE_BYTES_MAX = 1024 * 1024;

// sigstore/cosign, specs/SIGNATURE_SPEC.md
const PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";
const ARTIFACT = "application/vnd.dev.cosign.artifact.sig.v1+json";
const Payload = z.object({
  critical: z.object({
    image: z.object({ "docker-manifest-digest": z.string() }),
    type: z.literal("cosign container image signature"),
  }),
});

/** Whether a manifest of this artifact type, which has an image as its subject, holds signatures of it. */
export function isSignatureArtifact(artifactType: string): boolean {
  return artifactType === ARTIFACT || isBundle(artifactType);
}

/** How many bytes a layer of this media type may have; null where it is no signature. */
export function isSignatureLayer(mediaType: string): { bytesMax: number } | null {
  if (mediaType === PAYLOAD) return { bytesMax: PAYLOAD_BYTES_MAX };
  return isBundle(mediaType) ? { bytesMax: BUNDLE_BYTES_MAX } : null;
}

/** With which of the keys a layer signs an image. Pure. */
export function signersOfLayer(image: SignedImage, layer: SignatureLayer, keys: readonly SigningKey[]): Found {
  return layer.mediaType === PAYLOAD ? ofPayload(image, layer, keys) : ofBundle(image, layer.content, keys);
}

function ofPayload(image: SignedImage, { content, signature }: SignatureLayer, keys: readonly SigningKey[]): Found {
  const { data } = Payload.safeParse(jsonOf(content));
  if (!data || !signature) return none("a signature that is cut or of an unknown form");
  if (data.critical.image["docker-manifest-digest"] !== image.digest) return none("a signature of another image");
  return among(keys, (key) => isSignedBy(key, content, Buffer.from(signature, "base64")));
}

function ofBundle(image: SignedImage, content: Buffer, keys: readonly SigningKey[]): Found {
  const bundle = readBundle(content);
  if (bundle.kind === "unread") return none(bundle.what);
  if (bundle.kind === "message") return ofBytes(image.bytes, bundle.signature, keys);
  const [algorithm = "", hex] = image.digest.split(":");
  if (!bundle.subjects.some((digests) => digests[algorithm] === hex)) return none("a signature of another image");
  return among(keys, (key) => bundle.signatures.some((signature) => isSignedBy(key, bundle.signed, signature)));
}

function ofBytes(bytes: Buffer | null, signature: Buffer, keys: readonly SigningKey[]): Found {
  if (!bytes) return none("a signature of another image");
  return among(keys, (key) => isSignedBy(key, bytes, signature));
}

/** The keys for which it holds, or that it is by none of them. */
export function among(keys: readonly SigningKey[], holds: (key: SigningKey) => boolean): Found {
  const by = keys.filter(holds).map(({ name }) => name);
  return by.length > 0 ? { by, problems: [] } : none("a signature by a key that the policy does not name");
}

export function none(problem: string): Found {
  return { by: [], problems: [problem] };
}
