import { describe, expect, it } from "vitest";
import { readLines } from "./read-lines.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const read = (text: string) => readLines(text, NOW);

describe("a list of members", () => {
  it("has one address a line, with a reason and an end where they are given", () => {
    expect(read("Ana@Example.com\nben@example.com, a friend \ncleo@example.com,trial,2026-12-31\n")).toEqual([
      { line: 1, email: "ana@example.com", reason: "", expiresAt: null, problem: null },
      { line: 2, email: "ben@example.com", reason: "a friend", expiresAt: null, problem: null },
      {
        line: 3,
        email: "cleo@example.com",
        reason: "trial",
        expiresAt: new Date("2026-12-31T23:59:59Z"),
        problem: null,
      },
    ]);
  });

  it("may have a header, in any order, a mark of its encoding, other separators and line ends", () => {
    expect(read("\uFEFFexpiresAt;E-Mail\r\n2027-01-01T00:00:00+01:00;ana@example.com\r\n\r\n;ben@example.com")).toEqual(
      [
        { line: 2, email: "ana@example.com", reason: "", expiresAt: new Date("2026-12-31T23:00:00Z"), problem: null },
        { line: 4, email: "ben@example.com", reason: "", expiresAt: null, problem: null },
      ],
    );
  });

  it("keeps separators within quotes, and takes a date after the address for the end", () => {
    expect(read('ana@example.com,"paid, by wire"\nben@example.com,2026-12-31')).toMatchObject([
      { reason: "paid, by wire" },
      { reason: "", expiresAt: new Date("2026-12-31T23:59:59Z") },
    ]);
  });

  it("loses no line: what can't be used says where and why", () => {
    const text = [
      "ana@example.com",
      "",
      "not an address",
      'ben@example.com,"open',
      "cleo@example.com,x,31.12.2026",
      "dan@example.com,x,2026-11-21",
      "eve@example.com,a,b,c",
      "ANA@example.com",
      `fay@example.com,${"x".repeat(501)}`,
      "gus@example.com",
    ].join("\n");
    expect(read(text).map(({ line, problem }) => [line, problem])).toEqual([
      [1, null],
      [3, "is not an address"],
      [4, "can't be read: a quote is not closed"],
      [5, "has an end that is not a date such as 2026-12-31"],
      [6, "has an end in the past"],
      [7, "has more than 3 fields"],
      [8, "is the same as line 1"],
      [9, "has a reason of more than 500 characters"],
      [10, null],
    ]);
  });

  it("takes no day that is none in the calendar for another one", () => {
    const days = ["2026-02-31", "2026-02-29", "2027-04-31", "2026-13-01", "2027-02-30T00:00:00Z", "2028-02-29"];
    const said = read(days.map((day, n) => `m${n}@example.com,x,${day}`).join("\n"));
    const wrong = "has an end that is not a date such as 2026-12-31";
    expect(said.map(({ problem }) => problem)).toEqual([wrong, wrong, wrong, wrong, wrong, null]);
  });

  it("may begin with a line that has an address alone: the first separator there is holds for all", () => {
    expect(read("ana@example.com\nben@example.com;trial;2027-01-31")).toMatchObject([
      { email: "ana@example.com", problem: null },
      { email: "ben@example.com", reason: "trial", problem: null },
    ]);
  });

  it.each(["email,constructor", "email,reason,Reason", "email,email"])(
    "with the header %s is refused whole",
    (header) => {
      expect(() => read(`${header}\nana@example.com,x,y`)).toThrow();
    },
  );

  it("with a column that nobody knows is refused whole, by its name", () => {
    expect(() => read("email,role\nana@example.com,owner")).toThrow(/“role”/);
  });
});
