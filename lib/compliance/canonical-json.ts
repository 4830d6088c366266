type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON of which there is one form (RFC 8785): keys sorted by their UTF-16 code units, no spaces, strings and whole numbers
 * as JSON.stringify writes them. @throws for a number that is not whole, since its form would need more rules
 */
export function canonicalJson(value: unknown): string {
  return written(value as Json);
}

function written(value: Json): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error(`${value} has no canonical form here`);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  const entries = Object.entries(value as { [key: string]: Json })
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${written(one)}`).join(",")}}`;
}
