import type { z } from "zod";
import { invalid } from "./errors.ts";

/** Checks a verb's input. @throws invalid with one sentence a field */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues) {
    const at = issue.path.join(".");
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : [];
    for (const key of unknown) fields[at ? `${at}.${key}` : key] = "is not a field here";
    if (unknown.length === 0) fields[at] ??= issue.message;
  }
  throw invalid(fields);
}
