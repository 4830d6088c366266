import { describe, expect, it } from "vitest";
import { plainText } from "./plain-text.ts";

describe("what others wrote", () => {
  it("is kept as one line that a database takes, cut where it is too long", () => {
    expect(plainText("a\u0000b\r\nc\u001b[31m", 100)).toBe("a b c [31m");
    expect(plainText("an\ud800other", 100)).toBe("an\ufffdother");
    expect(plainText("x".repeat(20), 10)).toBe(`${"x".repeat(9)}…`);
    expect(plainText("😀😀", 4)).toBe("😀😀");
  });
});
