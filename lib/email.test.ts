import { describe, expect, it } from "vitest";
import { EmailAddress } from "./email.ts";

describe("an address", () => {
  it.each([
    ["Ana@Example.COM", "ana@example.com"],
    ["  ana@example.com\n", "ana@example.com"],
    ["ＡＮＡ@example.com", "ana@example.com"],
    ["ana＠example.com", "ana@example.com"],
    ["ana.o'hara+ci@mail.example.com", "ana.o'hara+ci@mail.example.com"],
  ])("has one spelling: %j", (text, address) => {
    expect(EmailAddress.parse(text)).toBe(address);
  });

  // GHSA-5jpx-9hw9-2fx4 and its like: what a mail program might read as another address, or as two.
  it.each([
    '"ana@example.com"@evil.example',
    '"a b"@example.com',
    "ana@example.com,eve@evil.example",
    "ana@example.com;eve@evil.example",
    "ana@example.com eve@evil.example",
    "ana@example.com\r\nBcc: eve@evil.example",
    "ana\u0000@example.com",
    "ana@example.com\u0000",
    "<ana@example.com>",
    "Ana <ana@example.com>",
    "ana@example.com>",
    "ana@@example.com",
    "ana@eve@example.com",
    "ana@",
    "@example.com",
    "ana",
    "",
    " ",
    "ana@example",
    "ana@.example.com",
    "ana@example..com",
    "ana@example.com.",
    ".ana@example.com",
    "ana..b@example.com",
    "ana.@example.com",
    "ana@[127.0.0.1]",
    "ana@-example.com",
    "ana(comment)@example.com",
    "ana@example.com(comment)",
    "ana\\@evil.example@example.com",
    "аna@example.com",
    "ana@exаmple.com",
    "ana\u200b@example.com",
    "ana\u202e@example.com",
    "mailto:ana@example.com",
    "ana%40evil.example@example.com/../x",
    `${"a".repeat(250)}@example.com`,
    "ana@example.com\u2028eve@evil.example",
  ])("is refused: %j", (text) => {
    expect(EmailAddress.safeParse(text).success).toBe(false);
  });

  it("is a text: lists and objects are refused", () => {
    for (const input of [["ana@example.com"], { toString: () => "ana@example.com" }, null, 1]) {
      expect(EmailAddress.safeParse(input).success).toBe(false);
    }
  });
});
