import { createHash, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { newKeyPair } from "./cosign.fixture.ts";
import { publicKeyProblem, readPublicKey } from "./public-key.ts";

const spki = { format: "pem", type: "spki" } as const;
const pkcs8 = { format: "pem", type: "pkcs8" } as const;

// sigstore/sigstore-go, examples/public-key.pem
const PUBLISHED = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGg6Hjxt2UNiJ1kwwq5XQIIwMZnJf
VQ3bF01uZKteMdcV/3qhCmWOecoxRqwrbYTshGg9NyXcBbve6zKwZVTLeg==
-----END PUBLIC KEY-----
`;

describe("a signer's public key", () => {
  it.each([
    ["P-256", "ECDSA P-256"],
    ["P-384", "ECDSA P-384"],
    ["Ed25519", "Ed25519"],
    ["RSA", "RSA 2048"],
  ] as const)("may be %s", (kind, told) => {
    const { publicKey } = newKeyPair(kind);
    expect(publicKeyProblem(publicKey)).toBeNull();
    expect(readPublicKey(publicKey)).toMatchObject({ pem: publicKey, kind: told });
  });

  it("has one form, whatever its lines were, and a fingerprint that openssl gives too", () => {
    const body = PUBLISHED.split("\n").slice(1, -2).join("");
    const der = Buffer.from(body, "base64");
    const pasted = `\r\n-----BEGIN PUBLIC KEY-----\r\n${body}\r\n-----END PUBLIC KEY-----  `;
    const fingerprint = createHash("sha256").update(der).digest("hex");
    expect(readPublicKey(pasted)).toEqual({ pem: PUBLISHED, kind: "ECDSA P-256", fingerprint });
  });

  it.each([
    ["nothing", "  ", "is missing"],
    ["a word", "hello", "is no public key in PEM"],
    ["a private key", newKeyPair().privateKey.export(pkcs8).toString(), "keep it to yourself"],
    ["cosign's private key", "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc\n-----END", "keep it to yourself"],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----", "openssl x509"],
    ["an OpenPGP key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc", "OpenPGP"],
    ["an SSH key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@here", "ssh-keygen -e"],
    ["a key in PKCS #1", "-----BEGIN RSA PUBLIC KEY-----\nabc\n-----END RSA PUBLIC KEY-----", "PKCS #1"],
    ["two keys", PUBLISHED + PUBLISHED, "has two keys"],
    ["a key with words around it", `here it is: ${PUBLISHED}`, "is no public key in PEM"],
    ["a key that was cut", PUBLISHED.replace("Gg6Hjxt2UNiJ1kww", ""), "cut or changed"],
    ["a point off the curve", PUBLISHED.replace("Gg6H", "Gg6I"), "cut or changed"],
    ["a book", `-----BEGIN PUBLIC KEY-----\n${"A".repeat(5000)}\n-----END PUBLIC KEY-----`, "is no public key"],
    ["a short RSA key", generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export(spki), "2048 to 8192"],
    ["a key on P-521", generateKeyPairSync("ec", { namedCurve: "P-521" }).publicKey.export(spki), "P-256 or P-384"],
    ["a key to agree on others", generateKeyPairSync("x25519").publicKey.export(spki), "a key for x25519"],
  ])("is not %s, and it says what would be right", (_, pem, words) => {
    expect(publicKeyProblem(pem.toString())).toContain(words);
    expect(() => readPublicKey(pem.toString())).toThrow(words);
  });
});
