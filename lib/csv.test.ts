import { describe, expect, it } from "vitest";
import { csvLine } from "./csv.ts";

describe("a line of CSV", () => {
  it("quotes what would end a cell or a line, and ends as RFC 4180 says", () => {
    expect(csvLine(["a", 'say "hi"', "b,c", "two\nlines", null, 0, -1.5])).toBe(
      'a,"say ""hi""","b,c","two\nlines",,0,-1.5\r\n',
    );
    expect(csvLine([new Date("2026-11-22T00:00:00Z")])).toBe("2026-11-22T00:00:00.000Z\r\n");
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"])(
    "lets no spreadsheet run %j",
    (text) => {
      expect(csvLine([text]).replace(/^"/, "")).toMatch(/^'/);
    },
  );

  it("leaves alone what only holds such a sign", () => {
    expect(csvLine(["a=b", "ana@example.com", "1-2"])).toBe("a=b,ana@example.com,1-2\r\n");
  });
});
