import { parse } from "csv-parse/sync";
import { z } from "zod";
import { invalid } from "../../errors.ts";

/** One line of a list of members, as it was given. */
export interface MemberLine {
  /** In the file, counted from 1. */
  line: number;
  email: string;
  reason: string;
  expiresAt: Date | null;
  /** Why it can't be used, in words; null where it can. */
  problem: string | null;
}

const COLUMNS = { email: "email", reason: "reason", expiresat: "expiresAt", expires_at: "expiresAt" } as const;
type Column = (typeof COLUMNS)[keyof typeof COLUMNS];
const ORDER: readonly Column[] = ["email", "reason", "expiresAt"];

/**
 * Reads `email[,reason][,expiresAt]`, with or without a header; the separator may be a comma, a semicolon or a tab. Every
 * line that is not empty comes back, one that can't be used with its problem: nothing is lost. Pure.
 * @throws invalid for a header that names a column that is none
 */
export function readLines(text: string, now: Date): MemberLine[] {
  const rows = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== "");
  const separators = rows.map(({ content }) => /[,;\t]/.exec(content)?.[0]);
  const delimiter = separators.find((one) => one !== undefined) ?? ",";
  const header = headerOf(rows[0]?.content ?? "", delimiter);
  const lines = rows.slice(header ? 1 : 0).map(({ content, line }) => {
    const read = readOne({ content, delimiter, columns: header }, now);
    return { line, ...read };
  });
  return withoutRepeats(lines);
}

function headerOf(content: string, delimiter: string): Column[] | null {
  const fields = fieldsOf(content, delimiter);
  const names = fields?.map((field) => field.toLowerCase().replaceAll(" ", "").replace("e-mail", "email")) ?? [];
  if (!names.includes("email")) return null;
  const unknown = fields?.find((_, n) => !Object.hasOwn(COLUMNS, names[n] ?? ""));
  if (unknown !== undefined) {
    throw invalid({ csv: `has a column “${unknown}”; there are email, reason and expiresAt` });
  }
  const columns = names.map((name) => COLUMNS[name as keyof typeof COLUMNS]);
  const twice = columns.find((column, n) => columns.indexOf(column) < n);
  if (twice) throw invalid({ csv: `has the column ${twice} twice` });
  return columns;
}

interface Row {
  content: string;
  delimiter: string;
  columns: Column[] | null;
}

function readOne({ content, delimiter, columns }: Row, now: Date): Omit<MemberLine, "line"> {
  const fields = fieldsOf(content, delimiter);
  const bare = { email: content.trim().slice(0, 320), reason: "", expiresAt: null };
  if (!fields) return { ...bare, problem: "can't be read: a quote is not closed" };
  const names = columns ?? (fields.length === 2 && isDate(fields[1]) ? ["email", "expiresAt"] : ORDER);
  if (fields.length > names.length) return { ...bare, problem: `has more than ${names.length} fields` };
  const field = (name: string) => fields[names.indexOf(name as Column)] ?? "";
  const [email, reason] = [field("email").toLowerCase(), field("reason")];
  const { expiresAt, problem } = endOf(field("expiresAt"), now);
  return {
    email: email.slice(0, 320),
    reason: reason.slice(0, 500),
    expiresAt,
    problem: wrong(email, reason) ?? problem,
  };
}

function fieldsOf(content: string, delimiter: string): string[] | null {
  try {
    return (parse(content, { delimiter, trim: true, relax_column_count: true }) as string[][])[0] ?? [];
  } catch {
    return null; // csv-parse speaks of its own options; the line is named to the person all the same
  }
}

function wrong(email: string, reason: string): string | null {
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320) return "is not an address";
  return reason.length > 500 ? "has a reason of more than 500 characters" : null;
}

// By the calendar: Date itself takes the 31st of February for the 3rd of March.
const DATE = z.iso.date();
const INSTANT = z.iso.datetime({ offset: true });
const isDay = (text: string) => DATE.safeParse(text).success;
const isDate = (text = "") => isDay(text) || INSTANT.safeParse(text).success;

// A date is the last day, to its end in UTC.
function endOf(text: string, now: Date): Pick<MemberLine, "expiresAt" | "problem"> {
  if (text === "") return { expiresAt: null, problem: null };
  const at = new Date(isDay(text) ? `${text}T23:59:59Z` : text);
  if (!isDate(text) || Number.isNaN(at.getTime())) {
    return { expiresAt: null, problem: "has an end that is not a date such as 2026-12-31" };
  }
  return at <= now ? { expiresAt: at, problem: "has an end in the past" } : { expiresAt: at, problem: null };
}

function withoutRepeats(lines: MemberLine[]): MemberLine[] {
  const first = new Map<string, number>();
  return lines.map((line) => {
    if (line.problem) return line;
    const known = first.get(line.email);
    if (known !== undefined) return { ...line, problem: `is the same as line ${known}` };
    first.set(line.email, line.line);
    return line;
  });
}
