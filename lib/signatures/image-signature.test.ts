import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BUNDLE,
  type Kind,
  messageBundle,
  newKeyPair,
  payloadOf,
  SIMPLE_SIGNING,
  signed,
  statementBundle,
} from "./cosign.fixture.ts";
import { isSignatureArtifact, isSignatureLayer, signersOfLayer } from "./image-signature.ts";
import { signingKeys } from "./signing-key.ts";

const image = { digest: `sha256:${"ab".repeat(32)}`, bytes: Buffer.from('{"schemaVersion":2}') };
const other = `sha256:${"cd".repeat(32)}`;
const pair = newKeyPair();
const stranger = newKeyPair();
const keys = signingKeys([{ name: "build", publicKey: pair.publicKey }]);
const simple = (content: Buffer, signature: string | null) => ({ mediaType: SIMPLE_SIGNING, content, signature });
const bundle = (content: Buffer) => ({ mediaType: BUNDLE, content, signature: null });
const UNKNOWN = { by: [], problems: ["a signature by a key that the policy does not name"] };

describe("a signature of an image", () => {
  it.each(["P-256", "P-384", "Ed25519", "RSA"] satisfies Kind[])(
    "made with %s is known by its key, in both forms",
    (kind) => {
      const own = newKeyPair(kind);
      const both = signingKeys([
        { name: "before", publicKey: pair.publicKey },
        { name: "now", publicKey: own.publicKey },
      ]);
      const payload = payloadOf(image.digest);
      const known = { by: ["now"], problems: [] };
      expect(signersOfLayer(image, simple(payload, signed(own, payload)), both)).toEqual(known);
      expect(signersOfLayer(image, bundle(statementBundle(own, image.digest)), both)).toEqual(known);
      expect(signersOfLayer(image, bundle(messageBundle(own, image.bytes)), both)).toEqual(known);
      expect(signersOfLayer(image, bundle(statementBundle(own, image.digest)), keys)).toEqual(UNKNOWN);
    },
  );

  it("made with P-384 and SHA-384, as cosign does since 2.6, is known too", () => {
    const own = newKeyPair("P-384");
    const payload = payloadOf(image.digest);
    const layer = simple(payload, signed(own, payload, "sha384"));
    expect(signersOfLayer(image, layer, signingKeys([{ name: "now", ...own }])).by).toEqual(["now"]);
  });

  it("counts for the digest that it names alone", () => {
    const payload = payloadOf(other);
    const refused = { by: [], problems: ["a signature of another image"] };
    expect(signersOfLayer(image, simple(payload, signed(pair, payload)), keys)).toEqual(refused);
    expect(signersOfLayer(image, bundle(statementBundle(pair, other)), keys)).toEqual(refused);
    const short = { ...image, digest: `sha512:${image.digest.slice(7)}` };
    expect(signersOfLayer(short, bundle(statementBundle(pair, image.digest)), keys)).toEqual(refused);
  });

  it("by a key that nobody named, of a payload that was changed since, or of another one, is none", () => {
    const payload = payloadOf(image.digest);
    const changed = Buffer.from(payload.toString().replace("registry.example", "registry.evil"));
    for (const layer of [
      simple(payload, signed(stranger, payload)),
      simple(changed, signed(pair, payload)),
      simple(payload, signed(pair, Buffer.from("something else"))),
      simple(payload, "not base64!"),
    ]) {
      expect(signersOfLayer(image, layer, keys)).toEqual(UNKNOWN);
    }
  });

  it("is by nobody where the key can't be read", () => {
    const broken = signingKeys([{ name: "broken", publicKey: "-----BEGIN PUBLIC KEY-----" }]);
    expect(signersOfLayer(image, bundle(statementBundle(pair, image.digest)), broken)).toEqual(UNKNOWN);
  });

  it("that is cut, or is no signature, says so", () => {
    const payload = payloadOf(image.digest);
    const own = signed(pair, payload);
    const cut = payload.subarray(0, -9);
    expect(signersOfLayer(image, simple(cut, signed(pair, cut)), keys).problems).toEqual([
      "a signature that is cut or of an unknown form",
    ]);
    expect(signersOfLayer(image, simple(payload, null), keys).by).toEqual([]);
    const atomic = Buffer.from(payload.toString().replace("cosign container image", "atomic container"));
    expect(signersOfLayer(image, simple(atomic, signed(pair, atomic)), keys).by).toEqual([]);
    const whole = statementBundle(pair, image.digest);
    expect(signersOfLayer(image, bundle(whole.subarray(0, -9)), keys).problems[0]).toContain(
      "cut or of an unknown form",
    );
    expect(signersOfLayer(image, { mediaType: BUNDLE, content: payload, signature: own }, keys).by).toEqual([]);
  });

  it("is none where the same key made a statement of something else about the image", () => {
    const sbom = statementBundle(pair, image.digest, "https://spdx.dev/Document");
    expect(signersOfLayer(image, bundle(sbom), keys)).toEqual({
      by: [],
      problems: ["an attestation (https://spdx.dev/Document), not a signature"],
    });
  });

  it("is told apart by its types", () => {
    expect(isSignatureArtifact("application/vnd.dev.cosign.artifact.sig.v1+json")).toBe(true);
    expect(isSignatureArtifact("application/vnd.dev.sigstore.bundle.v0.3+json")).toBe(true);
    expect(isSignatureArtifact("application/vnd.dev.sigstore.bundle+json;version=0.2")).toBe(true);
    expect(isSignatureArtifact("application/spdx+json")).toBe(false);
    expect(isSignatureLayer(SIMPLE_SIGNING)).toEqual({ bytesMax: 65_536 });
    expect(isSignatureLayer("application/vnd.oci.image.layer.v1.tar+gzip")).toBeNull();
  });

  it("may be any bytes: none of them is more than no signature", () => {
    const types = fc.constantFrom(SIMPLE_SIGNING, BUNDLE);
    const contents = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    const all = (["P-256", "P-384", "Ed25519", "RSA"] as const).map((kind) => ({ name: kind, ...newKeyPair(kind) }));
    const named = signingKeys(all);
    const payload = payloadOf(image.digest);
    fc.assert(
      fc.property(types, contents, fc.option(fc.string()), (mediaType, bytes, signature) => {
        expect(signersOfLayer(image, { mediaType, content: Buffer.from(bytes), signature }, named).by).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const layer = simple(payload, Buffer.from(bytes).toString("base64"));
        expect(signersOfLayer(image, layer, named).by).toEqual([]);
      }),
    );
  });
});

// What others made and published, so that our reading is not only of what we wrote.
describe("published signatures", () => {
  it("of cosign are known (sigstore/sigstore-rs, src/cosign/signature_layers.rs)", () => {
    const publicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENptdY/l3nB0yqkXLBWkZWQwo6+cu
OSWS1X9vPavpiQOoTTGC0xX57OojUadxF1cdQmrsiReWg2Wn4FneJfa8xw==
-----END PUBLIC KEY-----`;
    const digest = "sha256:f3cfc9d0dbf931d3db4685ec659b7ac68e2a578219da4aae65427886e649b06b";
    const content = Buffer.from(
      `{"critical":{"identity":{"docker-reference":"registry-testing.svc.lan/busybox"},"image":{"docker-manifest-digest":"${digest}"},"type":"cosign container image signature"},"optional":null}`,
    );
    const signature =
      "MEUCIQD6q/COgzOyW0YH1Dk+CCYSt4uAhm3FDHUwvPI55zwnlwIgE0ZK58ZOWpZw8YVmBapJhBqCfdPekIknimuO0xH8Jh8=";
    const named = signingKeys([{ name: "busybox", publicKey }]);
    const layer = simple(content, signature);
    expect(signersOfLayer({ digest, bytes: Buffer.of() }, layer, named)).toEqual({ by: ["busybox"], problems: [] });
  });
});
