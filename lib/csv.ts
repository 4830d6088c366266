/** Tables as text for spreadsheets: RFC 4180, in UTF-8. Pure. */

export type CsvCell = string | number | Date | null;

// What begins like this a spreadsheet takes for a formula (OWASP, "CSV Injection").
const FORMULA = /^[=+\-@\t\r]/;

/** A line with its end. Text that a spreadsheet would run gets an apostrophe before it; dates are ISO 8601. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

function cellOf(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = cell instanceof Date ? cell.toISOString() : FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
