import { describe, expect, it } from "vitest";
import { askEverybody } from "./ask-everybody.ts";
import { cellsOf } from "./cell.ts";
import { OUTSIDE, ROWS } from "./rows.ts";
import { SURFACE } from "./surface.ts";

describe("the matrix", () => {
  it("has a row for everything that was built, and none for what was not", () => {
    expect(ROWS.map(({ surface }) => surface).sort()).toEqual(SURFACE);
  });

  it("has 1,500 cells or more", () => {
    expect(ROWS.flatMap(cellsOf).length).toBeGreaterThanOrEqual(1500);
  });
});

askEverybody(OUTSIDE);
