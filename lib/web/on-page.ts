import { notFound, redirect, unstable_rethrow } from "next/navigation";
import { currentRequest, unexpected } from "#lib/http/index.ts";
import { isAppError } from "../errors.ts";

/**
 * Loads what a page shows. What is not there is notFound(); a query that nobody's link has leads to `plain`, the page's
 * path without one; anything else reaches the error page with the request id as its digest, under which the log has it.
 */
export async function onPage<T>(load: () => Promise<T>, plain?: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    unstable_rethrow(error);
    if (isAppError(error) && error.code === "invalid" && plain) redirect(plain);
    if (isAppError(error) && (error.code === "not_found" || error.code === "invalid")) notFound();
    unexpected(error);
    throw Object.assign(new Error("the page could not be loaded"), { digest: currentRequest().requestId });
  }
}

/** A query parameter's one value; what is empty, given twice or holds what PostgreSQL's text can't (NUL) counts as absent. */
export function one(value: string | string[] | undefined): string | undefined {
  if (typeof value !== "string" || value.includes("\0")) return undefined;
  return value.trim() || undefined;
}

export type Query = Record<string, string | string[] | undefined>;

/** Those of a query's parameters that have one value, by name. */
export function given<N extends string>(query: Query, names: readonly N[]): Partial<Record<N, string>> {
  const values = names.map((name) => [name, one(query[name])] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Partial<Record<N, string>>;
}
