import { describe, expect, it } from "vitest";
import { nameOf } from "./statement-names.ts";

describe("the name of a statement", () => {
  it("is given at its second time, and stays", () => {
    expect(nameOf("SELECT 1")).toBe("");
    const name = nameOf("SELECT 1");
    expect(name).toMatch(/^orm_[\w-]{22}$/);
    expect(nameOf("SELECT 1")).toBe(name);
    nameOf("SELECT 2");
    expect(nameOf("SELECT 2")).not.toBe(name);
  });

  it("is given to a bounded number of them, and to none that is said only once", () => {
    for (let n = 0; n < 2000; n++) nameOf(`SELECT ${n} AS once`);
    const twice = Array.from({ length: 1000 }, (_, n) => `SELECT ${n} AS twice`);
    const named = twice.filter((sql) => [nameOf(sql), nameOf(sql)].at(-1) !== "");
    // Two have one from above.
    expect(named).toHaveLength(398);
  });
});
