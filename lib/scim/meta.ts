import type { JsonObject } from "./body.ts";

/** What every resource says of itself (RFC 7643, section 3.1). */
export function metaOf(
  { createdAt, updatedAt }: { createdAt: Date; updatedAt: Date },
  of: { resourceType: string; location: string },
): JsonObject {
  return { ...of, created: createdAt.toISOString(), lastModified: updatedAt.toISOString() };
}
