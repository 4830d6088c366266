import { createHash } from "node:crypto";

// What a server's processes keep saying, with room to spare; each name costs each connection the memory of a plan.
const MOST = 400;

const seen = new Set<string>();
const names = new Map<string, string>();

/**
 * The name under which a connection keeps a statement parsed and planned, for the whole process: of Prisma's own statements,
 * planning takes the database more than half the time. Empty, which is none, for what is said for the first time, and for
 * what comes when there are many: lists of values of every length would fill the connections.
 */
export function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (!seen.has(sql)) {
    if (seen.size >= MOST) seen.clear();
    seen.add(sql);
    return "";
  }
  if (names.size >= MOST) return "";
  const name = `orm_${createHash("sha256").update(sql).digest("base64url").slice(0, 22)}`;
  names.set(sql, name);
  return name;
}
