import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Signer } from "./documents.ts";

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = pair.publicKey.export({ format: "pem", type: "spki" }).toString();

describe("a signer that a policy names", () => {
  it("has a public key, in one form however it was pasted", () => {
    const pasted = `\n  ${pem.replaceAll("\n", "\r\n")}\n`;
    expect(Signer.parse({ name: " build ", publicKey: pasted })).toEqual({ name: "build", publicKey: pem });
  });

  it.each([
    ["", "is missing: paste the public key in PEM (cosign.pub)"],
    ["hello", "is no public key in PEM"],
    [pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString(), "keep it to yourself"],
  ])("is refused with %j, in words for its field", (publicKey, words) => {
    const { error } = Signer.safeParse({ name: "build", publicKey });
    expect(error?.issues).toEqual([
      expect.objectContaining({ path: ["publicKey"], message: expect.stringContaining(words) }),
    ]);
  });
});
