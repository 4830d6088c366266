import { describe, expect, it } from "vitest";
import { nameOf } from "./statement-names.ts";

const said = (sql: string, times: number) => Array.from({ length: times }, () => nameOf(sql));

describe("the name of a statement", () => {
  it("is given at its twentieth time, and stays", () => {
    expect(new Set(said("SELECT 1", 19))).toEqual(new Set([""]));
    const name = nameOf("SELECT 1");
    expect(name).toMatch(/^orm_[\w-]{22}$/);
    expect(nameOf("SELECT 1")).toBe(name);
    expect([name, ""]).not.toContain(said("SELECT 2", 20).at(-1));
  });

  it("is given to a hundred of them, and to none that is said seldom", () => {
    for (let n = 0; n < 5000; n++) expect(nameOf(`SELECT ${n} AS once`)).toBe("");
    const often = Array.from({ length: 300 }, (_, n) => said(`SELECT ${n} AS often`, 20).at(-1));
    // Two have one from above.
    expect(often.filter((name) => name !== "")).toHaveLength(98);
  });
});
