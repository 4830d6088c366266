import { createHash } from "node:crypto";

// Each name costs each connection the memory of a plan, some 40 to 90 kB: hot statements are worth it, and they are few.
const NAMES_MAX = 100;
const NAMED_AT = 20;
const COUNTED_MAX = 2000;

const counts = new Map<string, number>();
const names = new Map<string, string>();

/**
 * The name under which a connection keeps a statement that is put together, by Prisma or by hand, parsed and planned, for the
 * whole process: planning takes the database more than half its time. Empty, which is none, until the process has said it 20 times, and for
 * what comes once 100 have a name: lists of values of every length would fill the connections.
 */
export function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const count = (counts.get(sql) ?? 0) + 1;
  if (counts.size >= COUNTED_MAX) counts.clear();
  if (count < NAMED_AT || names.size >= NAMES_MAX) {
    counts.set(sql, count);
    return "";
  }
  counts.delete(sql);
  const name = `orm_${createHash("sha256").update(sql).digest("base64url").slice(0, 22)}`;
  names.set(sql, name);
  return name;
}
