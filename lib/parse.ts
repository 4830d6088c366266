import type { z } from "zod";
import { invalid } from "./errors.ts";

/** Checks a verb's input. @throws invalid with one sentence a field */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { error: inWords });
  if (result.success) return result.data;
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues) {
    for (const [field, problem] of problemsOf(issue, input)) fields[field] ??= problem;
  }
  throw invalid(fields);
}

function problemsOf(issue: z.core.$ZodIssue, input: unknown): [field: string, problem: string][] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => [[...issue.path, key].join("."), "is not a field here"]);
  }
  return [[issue.path.join("."), isEmpty(input, issue.path) ? "is missing" : issue.message]];
}

function isEmpty(input: unknown, path: readonly PropertyKey[]): boolean {
  let at = input;
  for (const key of path)
    at = typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return path.length > 0 && (at === undefined || at === "");
}

/** Where a schema has no words of its own: what would be right, for the person who typed it. */
function inWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "too_big":
      return issue.origin === "string"
        ? `may have at most ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`;
    case "too_small":
      return issue.origin === "string"
        ? `must have at least ${issue.minimum} characters`
        : `must be at least ${issue.minimum}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    default:
      return issue.code === "invalid_format" && issue.format === "uuid" ? "is not an id" : "is not valid";
  }
}

const KINDS: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};
