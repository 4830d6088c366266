import { describe, expect, it } from "vitest";
import { lettersInWords, reachInWords } from "./reach.ts";

const NONE = { member: 0, robot: 0, team: 0, other: 0, letters: 0 };

describe("who fetched something, in words", () => {
  it("names each kind that there is", () => {
    expect(reachInWords(NONE)).toBe("Nobody has fetched it so far.");
    expect(reachInWords({ ...NONE, member: 1 })).toBe("1 member fetched it.");
    expect(reachInWords({ ...NONE, member: 12, robot: 3, team: 1 })).toBe(
      "12 members, 3 robots and 1 of your team fetched it.",
    );
    expect(reachInWords({ ...NONE, robot: 1, other: 2 })).toBe("1 robot and 2 who are neither now fetched it.");
  });

  it("says who gets no letter", () => {
    expect(lettersInWords({ ...NONE, member: 3, letters: 2 })).toMatch(/1 of them have not proven/);
    expect(lettersInWords({ ...NONE, member: 3, letters: 3 })).not.toMatch(/proven/);
  });
});
