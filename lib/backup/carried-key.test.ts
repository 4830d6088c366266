import { describe, expect, it } from "vitest";
import { carriedKey } from "./carried-key.ts";

const SALT = "A".repeat(22);

/** The first bytes of a file that carries a key of these words. */
function headOf(key: string): Buffer {
  const lines =
    Buffer.from(key)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  const short = (lines.at(-1)?.length ?? 0) < 64 ? [] : [""];
  const stanza = ["-> purser.dev/key v1", ...lines, ...short];
  return Buffer.from(["age-encryption.org/v1", ...stanza, "--- mac", "…"].join("\n").replaceAll("=", ""));
}

const keyOf = (factor: number, behind = "") =>
  `age-encryption.org/v1\n-> scrypt ${SALT} ${factor}\nbody\n--- mac\nsealed${behind}`;

describe("the key that a file carries", () => {
  it("is taken where it is as hard to guess as ours", () => {
    expect(carriedKey(headOf(keyOf(18)))).toContain("BEGIN AGE ENCRYPTED FILE");
  });

  it("is refused where it would keep the server busy, whatever its bytes say further on", () => {
    for (const key of [keyOf(20), keyOf(20, `\n-> scrypt ${SALT} 18\n`)]) {
      expect(() => carriedKey(headOf(key))).toThrow("its key is none that a backup has");
    }
  });
});
