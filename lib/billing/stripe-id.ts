type Reference = string | { id: string };

/** The id of an object that Stripe gives whole or by its id alone; null where there is none. */
export function idOf(object: Reference): string;
export function idOf(object: Reference | null | undefined): string | null;
export function idOf(object: Reference | null | undefined): string | null {
  return typeof object === "string" ? object : (object?.id ?? null);
}
