/**
 * Who signed what: public keys, and the signatures that `cosign` makes with their private halves, of images and of files.
 * Pure: bytes in, names out. Nothing is fetched; no certificate, transparency log or time is asked (docs/signatures.md).
 * Hidden: the formats (cosign's SIGNATURE_SPEC and BUNDLE_SPEC, DSSE), which hash goes with which key.
 */

export { isBundle, SIGN_PREDICATE } from "./bundle.ts";
export { beginFileCheck, type FileCheck, MESSAGE_BYTES_MAX, SIGNATURE_BYTES_MAX } from "./file-check.ts";
export { type FileSignature, readFileSignature } from "./file-signature.ts";
export {
  BUNDLE_BYTES_MAX,
  isSignatureArtifact,
  isSignatureLayer,
  PAYLOAD_BYTES_MAX,
  type SignatureLayer,
  type SignedImage,
  signersOfLayer,
} from "./image-signature.ts";
export { type PublicKey, publicKeyProblem, readPublicKey } from "./public-key.ts";
export { type Found, type Signer, type SigningKey, signingKeys, together } from "./signing-key.ts";
