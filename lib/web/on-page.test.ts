import { describe, expect, it } from "vitest";
import { one } from "./on-page.ts";

describe("a query parameter", () => {
  it("is one value without the blanks around it, or absent", () => {
    expect([" ana ", "", "  ", undefined, ["a", "b"], "a\0b"].map(one)).toEqual(["ana", ...Array(5).fill(undefined)]);
  });
});
