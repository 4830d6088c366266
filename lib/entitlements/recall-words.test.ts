import { describe, expect, it } from "vitest";
import { recallSentence } from "./recall-words.ts";

describe("the sentence about what is recalled", () => {
  it("says why and what to move to", () => {
    expect(recallSentence("1.0.0", { reason: "It loses\ndata", replacement: "1.4.2" })).toBe(
      "1.0.0 is recalled: It loses data. Move to 1.4.2.",
    );
    expect(recallSentence("1.0.0", { reason: "Why?", replacement: null })).toBe("1.0.0 is recalled: Why?");
  });

  it("names what to move to, however long the reason is", () => {
    const text = recallSentence("x".repeat(40), { reason: "long ".repeat(200), replacement: "r".repeat(200) });
    expect(text.length).toBeLessThanOrEqual(530);
    expect(recallSentence("1.0.0", { reason: "long ".repeat(200), replacement: "1.4.2" })).toMatch(
      /Move to 1\.4\.2\.$/,
    );
  });
});
