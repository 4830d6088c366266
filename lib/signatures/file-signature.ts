import { z } from "zod";
import { jsonOf, readBundle, type Statement } from "./bundle.ts";

/** What a file that signs another holds. Nothing in it is verified yet. */
export type FileSignature =
  /** Of the file's own bytes; `prehashed` for Ed25519ph, which Node's crypto can't verify; `hint` as in a bundle. */
  | { kind: "bytes"; signature: Buffer; prehashed: boolean; hint: string | null }
  | Statement
  | { kind: "unread"; what: string };

// RFC 4648 in lines; the signature of a key that we take has at least 64 bytes.
const BASE64 = /^[A-Za-z0-9+/]{40,}={0,2}$/;

// What other tools write, by how it begins.
const OTHERS: readonly [RegExp, string][] = [
  [/^-----BEGIN PGP/, "an OpenPGP signature"],
  [/^-----BEGIN SSH SIGNATURE/, "a signature of ssh-keygen"],
  [/^-----BEGIN (?:PKCS7|CMS)/, "a CMS signature"],
  [/^untrusted comment:/, "a signature of minisign or signify"],
];

// `cosign sign-blob --bundle` before the sigstore bundle.
const Older = z.object({ base64Signature: z.string() });

/** Reads what `cosign sign-blob` or `openssl dgst -sign` wrote: base64, bare bytes, or a bundle. Pure. */
export function readFileSignature(bytes: Buffer): FileSignature {
  const text = bytes.toString("latin1").trim();
  const other = OTHERS.find(([form]) => form.test(text));
  if (other) return { kind: "unread", what: `${other[1]}, which is not read here` };
  if (isOpenPgp(bytes)) return { kind: "unread", what: "an OpenPGP signature, which is not read here" };
  if (text.startsWith("{")) return ofJson(bytes);
  const packed = text.replaceAll(/\s/g, "");
  return ofBytes(BASE64.test(packed) ? Buffer.from(packed, "base64") : bytes);
}

function ofJson(bytes: Buffer): FileSignature {
  const older = Older.safeParse(jsonOf(bytes));
  if (older.success) return ofBytes(Buffer.from(older.data.base64Signature, "base64"));
  const bundle = readBundle(bytes);
  if (bundle.kind !== "message") return bundle;
  // cosign signs a file with an Ed25519 key by SHA-512 of it (RFC 8032, Ed25519ph); no other key of ours takes that hash.
  return { kind: "bytes", signature: bundle.signature, prehashed: bundle.hash === "SHA2_512", hint: bundle.hint };
}

function ofBytes(signature: Buffer): FileSignature {
  if (signature.length === 0) return { kind: "unread", what: "an empty file" };
  return { kind: "bytes", signature, prehashed: false, hint: null };
}

// RFC 9580, section 4.2: a packet of tag 2 in the old form with a length of 1 or 2 bytes or in the new form, version 3 to 6.
// Bare signatures may begin with anything: those of Ed25519 and RSA have a multiple of 64 bytes.
function isOpenPgp(bytes: Buffer): boolean {
  if (bytes.length % 64 === 0) return false;
  const at: Record<number, number> = { 136: 2, 137: 3, 194: (bytes[1] ?? 0) < 192 ? 2 : 3 };
  const version = bytes[at[bytes[0] ?? 0] ?? bytes.length] ?? 0;
  return version >= 3 && version <= 6;
}
