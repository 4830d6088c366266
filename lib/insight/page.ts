import { z } from "zod";

/** Where a page of rows begins that are sorted by how much was fetched: that of the last row before it, and its id. */
export const UseCursor = z.string().regex(/^\d{1,15}\.[0-9a-f-]{36}$/, "is no `next` of this list");

export const Limit = z.coerce.number().int().min(1).max(200).default(50);

export const Search = z.string().trim().max(200).optional();

export const Slug = z.string().max(63);

export interface Page<Row> {
  rows: Row[];
  next: string | null;
}

export function partsOf(after: string | undefined): { uses: number | null; id: string | null } {
  const [uses, id = null] = after?.split(".") ?? [];
  return { uses: uses === undefined ? null : Number(uses), id };
}

/** A page of what was read with one row more than it holds. */
export function pageOf<Row>(read: readonly Row[], limit: number, cursorOf: (last: Row) => string): Page<Row> {
  const rows = read.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: read.length > limit && last ? cursorOf(last) : null };
}
