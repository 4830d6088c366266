import { describe, expect, it } from "vitest";
import { readBundle } from "./bundle.ts";
import { isSignedBy, signingKeys } from "./signing-key.ts";

const keyOf = (body: string) =>
  signingKeys([{ name: "k", publicKey: `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----` }]);

describe("a published bundle", () => {
  // sigstore/sigstore-conformance, test/assets/bundle-verify/intoto-canonical-log-entry: signed with key.pub beside it. Its
  // predicate is a test's own; the signature is of the statement all the same.
  it("in an envelope is signed as DSSE says", () => {
    const [key] = keyOf(
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7pBlkILi/WN1X8FiQTlZBK2/GlQD\nOl9bn1iDaSE8B5Eu+uccNndQid2Nmgp8mrTWhT2XhZbshUGMDSDx/6jwvw==",
    );
    const statement =
      '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a.txt","digest":{"sha256":"a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf"}}],"predicateType":"https://example.com/test","predicate":{}}';
    const envelope = (payloadType: string, payload: string, sig: string) =>
      Buffer.from(
        JSON.stringify({
          mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
          dsseEnvelope: {
            payload: Buffer.from(payload).toString("base64"),
            payloadType,
            signatures: [{ sig, keyid: "" }],
          },
        }),
      );
    const sig = "MEUCIBb8Pe4/Z0vKtXSvAHV6pcC1F3eTwCZnVejwWERFVwKeAiEAre6v18YSEs3mKaeMgE8Ti0l62CzT5yZvwfGiVd1eTIw=";
    expect(readBundle(envelope("application/vnd.in-toto+json", statement, sig))).toEqual({
      kind: "unread",
      what: "an attestation (https://example.com/test), not a signature",
    });
    const sameForm = readBundle(
      envelope(
        "application/vnd.in-toto+json",
        statement.replace("https://example.com/test", "https://sigstore.dev/cosign/sign/v1"),
        sig,
      ),
    );
    if (sameForm.kind !== "statement" || !key) throw new Error("it was not read");
    expect(sameForm.subjects).toEqual([{ sha256: "a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf" }]);
    // The published signature is of the published statement, and of no other.
    const published = Buffer.concat([
      Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${statement.length} `),
      Buffer.from(statement),
    ]);
    expect(isSignedBy(key, published, Buffer.from(sig, "base64"))).toBe(true);
    expect(sameForm.signatures.map((each) => isSignedBy(key, sameForm.signed, each))).toEqual([false]);
  });

  // sigstore/sigstore-conformance, test/assets/bundle-verify/managed-key-and-trusted-root, as cosign writes it.
  it("of a message has its signature and its hash", () => {
    const text =
      '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial":{"publicKey":{"hint":"TLMsSDfG3ajPsWge+z/vX5T/zluXnmvbkTkwLIV68Tk="}}, "messageSignature":{"messageDigest":{"algorithm":"SHA2_256", "digest":"oM/HEnHW4njlfNMy/5V8P3BD/do1TEy7GQow1W76Ab8="}, "signature":"MEYCIQDfuUkSDjCeMaT3ZZzuArpjjIIy5nJ1d+Z4ARzRnKa98wIhANUxyrBjCdoK+DtBt9Q6R3fNhKCJcWQpYRsAYdBwyL3b"}}';
    expect(readBundle(Buffer.from(text))).toMatchObject({ kind: "message", hash: "SHA2_256" });
  });

  // sigstore/sigstore-go, examples/bundle-public-key.json: of the media type before 0.3, and of plain text.
  it("of anything but a statement says what it is", () => {
    const text =
      '{"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1","verificationMaterial":{"tlogEntries":[],"publicKey":{"hint":"9a76"}},"dsseEnvelope":{"payload":"aGVsbG8sIHdvcmxkIQ==","payloadType":"text/plain","signatures":[{"sig":"MEUCICUhAVewfwKlk5fVzpRDUPhEw9O8I2pxC5nTnPfYDBsOAiEA0ZFqs99QgR9mAtFMWtWrOjmUC47zgaoolKIoLH/OwdM=","keyid":""}]}}';
    expect(readBundle(Buffer.from(text))).toEqual({
      kind: "unread",
      what: "an envelope of text/plain, not of a statement",
    });
  });
});
