import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Kind, messageBundle, newKeyPair, signed, statementBundle } from "./cosign.fixture.ts";
import { beginFileCheck, MESSAGE_BYTES_MAX } from "./file-check.ts";
import { readFileSignature } from "./file-signature.ts";
import { type SigningKey, signingKeys } from "./signing-key.ts";

const bytes = randomBytes(200_001);
const file = { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
const pair = newKeyPair();
const keys = signingKeys([{ name: "build", publicKey: pair.publicKey }]);
const UNKNOWN = "a signature by a key that the policy does not name";

function checked(signature: Buffer, by: readonly SigningKey[] = keys, { content = bytes, of = file } = {}) {
  const check = beginFileCheck(of, readFileSignature(signature), by);
  for (let at = 0; check.wantsBytes && at < content.length; at += 65_536) check.take(content.subarray(at, at + 65_536));
  return check.end();
}

describe("the signature of a file", () => {
  it.each(["P-256", "P-384", "Ed25519", "RSA"] satisfies Kind[])(
    "made with %s is known by its key, in every form that cosign and openssl write",
    (kind) => {
      const own = newKeyPair(kind);
      const named = signingKeys([
        { name: "before", publicKey: pair.publicKey },
        { name: "now", publicKey: own.publicKey },
      ]);
      const text = signed(own, bytes);
      const lines = text.replaceAll(/.{40}/g, "$&\n");
      const forms: Record<string, Buffer> = {
        "cosign sign-blob": Buffer.from(text),
        "base64 in lines": Buffer.from(`${lines}\n`),
        "openssl dgst -sign": Buffer.from(text, "base64"),
        "sigstore bundle": messageBundle(own, bytes),
        "bundle of a statement": statementBundle(own, `sha256:${file.sha256}`),
        "cosign's older bundle": Buffer.from(JSON.stringify({ base64Signature: text, rekorBundle: {} })),
      };
      for (const [form, signature] of Object.entries(forms)) {
        expect([form, checked(signature, named)]).toEqual([form, { by: ["now"], problems: [] }]);
        expect([form, checked(signature)]).toEqual([form, { by: [], problems: [UNKNOWN] }]);
      }
    },
  );

  it("made with P-384 in a bundle is by SHA-384", () => {
    const own = newKeyPair("P-384");
    expect(checked(messageBundle(own, bytes, "SHA2_384"), signingKeys([{ name: "now", ...own }])).by).toEqual(["now"]);
  });

  it("counts for its bytes alone", () => {
    const changed = Buffer.from(bytes);
    changed[100_000] = (changed[100_000] ?? 0) ^ 1;
    expect(checked(Buffer.from(signed(pair, bytes)), keys, { content: changed })).toEqual({
      by: [],
      problems: [UNKNOWN],
    });
    const other = statementBundle(pair, `sha256:${"0".repeat(64)}`);
    expect(checked(other)).toEqual({ by: [], problems: ["a signature of another file"] });
  });

  it("wants no bytes where it is of the digest", () => {
    const signature = readFileSignature(statementBundle(pair, `sha256:${file.sha256}`));
    expect(beginFileCheck(file, signature, keys).wantsBytes).toBe(false);
    expect(beginFileCheck(file, readFileSignature(Buffer.from(signed(pair, bytes))), keys).wantsBytes).toBe(true);
  });

  it("is tried with the key that a bundle names, and with all where it names none of them", () => {
    const first = newKeyPair();
    const both = signingKeys([
      { name: "first", ...first },
      { name: "build", ...pair },
    ]);
    const of = (bundle: Buffer) => checked(bundle, both).by;
    expect(of(messageBundle(pair, bytes))).toEqual(["build"]);
    const hintOf = (text: string) => JSON.parse(text).verificationMaterial.publicKey.hint;
    const own = messageBundle(pair, bytes).toString();
    expect(of(Buffer.from(own.replace(hintOf(own), "nobody")))).toEqual(["build"]);
    // It vouches for nothing: whoever names another key than theirs is known by none.
    expect(of(Buffer.from(own.replace(hintOf(own), hintOf(messageBundle(first, bytes).toString()))))).toEqual([]);
  });

  it("with Ed25519 is tried on what fits into memory, and says so of what doesn't", () => {
    const own = newKeyPair("Ed25519");
    const [ed, ec] = [signingKeys([{ name: "ed", ...own }]), keys];
    const large = { ...file, size: MESSAGE_BYTES_MAX + 1 };
    const refused = `a signature of ${large.size} bytes, more than the 67108864 that Ed25519 is tried on: sign it with an ECDSA key`;
    expect(checked(Buffer.from(signed(own, bytes)), ed, { of: large }).problems).toEqual([refused]);
    expect(beginFileCheck(large, readFileSignature(Buffer.from(signed(own, bytes))), ed).wantsBytes).toBe(false);
    // Another key that signed it is asked for nothing of the kind.
    expect(checked(Buffer.from(signed(pair, bytes)), [...ed, ...ec], { of: large }).by).toEqual(["build"]);
  });

  it("with Ed25519 keeps the file's bytes once, however many signatures are tried on it", () => {
    const named = signingKeys([{ name: "ed", ...newKeyPair("Ed25519") }]);
    const content = Buffer.alloc(8 * 1024 * 1024);
    const of = { size: content.length, sha256: "" };
    const checks = Array.from({ length: 20 }, () => beginFileCheck(of, readFileSignature(randomBytes(64)), named));
    const before = process.memoryUsage().arrayBuffers;
    for (const check of checks) check.take(content);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(content.length);
    expect(checks[0]?.end().problems).toEqual([UNKNOWN]);
  });

  it("by Ed25519ph, as cosign 3 writes it, is told", () => {
    const own = newKeyPair("Ed25519");
    const bundle = Buffer.from(messageBundle(own, bytes).toString().replace("SHA2_256", "SHA2_512"));
    const told = ["an Ed25519ph signature, which is not read here: sign it with an ECDSA key"];
    expect(checked(bundle, signingKeys([{ name: "ed", ...own }])).problems).toEqual(told);
    expect(checked(bundle).problems).toEqual([UNKNOWN]);
  });

  it.each([
    ["-----BEGIN PGP SIGNATURE-----\n\niQEz", "an OpenPGP signature, which is not read here"],
    [
      "untrusted comment: signature from minisign secret key\nRUR",
      "a signature of minisign or signify, which is not read here",
    ],
    ["-----BEGIN SSH SIGNATURE-----\nU1NI", "a signature of ssh-keygen, which is not read here"],
    ["", "an empty file"],
    ["{}", "a sigstore bundle that is cut or of an unknown form"],
  ])("that is another tool's says so: %j", (text, told) => {
    expect(checked(Buffer.from(text))).toEqual({ by: [], problems: [told] });
  });

  it("of GnuPG without armour is told, and no bare signature is taken for one", () => {
    const gpg = Buffer.concat([Buffer.from("89013304000108001d", "hex"), randomBytes(301)]);
    expect(checked(gpg).problems).toEqual(["an OpenPGP signature, which is not read here"]);
    const bare = Buffer.concat([Buffer.from("890133040001", "hex"), randomBytes(250)]);
    expect(readFileSignature(bare)).toMatchObject({ kind: "bytes", signature: bare });
  });
});
