import { describe, expect, it } from "vitest";
import {
  andList,
  andOthers,
  byteSize,
  duration,
  exactTime,
  money,
  period,
  planWord,
  plural,
  relativeTime,
} from "./format.ts";

const now = new Date("2026-11-21T12:00:00Z");
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe("words for what people read", () => {
  it.each([
    [10, "just now"],
    [60, "1 minute ago"],
    [3 * 3600, "3 hours ago"],
    [86_400, "yesterday"],
    [-90 * 86_400, "in 3 months"],
  ])("say a distance in time: %d s", (seconds, words) => {
    expect(relativeTime(before(seconds), now)).toBe(words);
  });

  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [1550, "1.6 kB"],
    [12_345_678, "12 MB"],
    [999_999_999, "999 MB"],
    [4.2e18, "4200 PB"],
  ])("say how much room %d bytes take", (bytes, words) => {
    expect(byteSize(bytes)).toBe(words);
  });

  it.each([
    [0, "0 seconds"],
    [59_999, "59 seconds"],
    [60_000, "1 minute"],
    [7_199_999, "1 hour"],
    [3 * 86_400_000, "3 days"],
  ])("say how long %d ms are", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it("say a moment to the second, in UTC wherever they are read", () => {
    expect(exactTime(now)).toBe("21 Nov 2026, 12:00:00 UTC");
  });

  it("name one or two people, and count the others", () => {
    expect([["Ana"], ["Ana", "Ben"], ["Ana", "Ben", "Cleo", "Dan"], []].map((names) => andOthers(names))).toEqual([
      "Ana",
      "Ana and Ben",
      "Ana and 3 others",
      "nobody",
    ]);
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(andList)).toEqual(["", "a", "a and b", "a, b and c"]);
    expect([andOthers(["Ana", "Ben"], 40_000), andOthers(["Ana"], 2)]).toEqual([
      "Ana and 39999 others",
      "Ana and 1 other",
    ]);
    expect([plural(1, "member"), plural(0, "member")]).toEqual(["1 member", "0 members"]);
  });

  it.each([
    [1900, "usd", "$19"],
    [1999, "eur", "€19.99"],
    [500, "jpy", "¥500"],
    [500, "mga", "MGA 500"],
    [500, "isk", "ISK 5"],
    [12_345, "kwd", "KWD 12.345"],
    [0, "usd", "$0"],
    [1_234_500, "usd", "$12,345"],
  ])("say what %d of the smallest unit of %s is", (amount, currency, words) => {
    expect(money(amount, currency)).toBe(words);
  });

  it("say how often something is paid, and what a plan of that kind is called", () => {
    expect([period("month"), period("year", 2), period(null)]).toEqual(["per month", "every 2 years", "once"]);
    const words = [planWord("day"), planWord("month"), planWord("month", 3), planWord(null)];
    expect(words).toEqual(["daily", "monthly", "every 3 months", "lifetime"]);
  });
});
