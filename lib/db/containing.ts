/** A Prisma filter for text that holds `part` somewhere, in any case; LIKE's wildcards in it stand for themselves. */
export function containing(part: string): { contains: string; mode: "insensitive" } {
  return { contains: part.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" };
}
