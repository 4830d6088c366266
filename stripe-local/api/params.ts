import { z } from "zod";
import { badParam } from "../failures.ts";

// A form knows strings alone; an empty one takes a value away.
export const text = z.string().max(5000);
export const address = z.string().regex(/^https?:\/\//, "Not a valid URL");
export const flag = z.stringbool();
export const whole = z.coerce.number().int();
export const metadata = z.union([
  z.literal("").transform(() => ({})),
  z.record(z.string().max(40), z.string().max(500)),
]);
export const ignored = z.unknown();
/** What many calls take and the stand-in does nothing with. */
export const accept = (...names: string[]) => Object.fromEntries(names.map((name) => [name, ignored.optional()]));

const range = z.union([whole, z.strictObject({ gt: whole, gte: whole, lt: whole, lte: whole }).partial()]);

/** What every list takes. */
export const paging = {
  limit: whole.min(1).max(100).default(10),
  starting_after: text.optional(),
  ending_before: text.optional(),
  created: range.optional(),
};
export type Range = z.output<typeof range>;

/**
 * What a call was given, as it was meant.
 * @throws StripeFailure 400 with Stripe's words for what is missing, unknown or wrong
 */
export function readParams<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  if (issue?.code === "unrecognized_keys") {
    const name = named([...path, issue.keys[0] ?? ""]);
    throw badParam(name, `Received unknown parameter: ${name}`, "parameter_unknown");
  }
  if (issue && "input" in issue === false && valueAt(given, path) === undefined) {
    throw badParam(named(path), `Missing required param: ${named(path)}.`, "parameter_missing");
  }
  throw badParam(named(path), `Invalid ${named(path)}: ${issue?.message ?? "it can't be read"}`);
}

function named(path: PropertyKey[]): string {
  return path.map((part, at) => (at === 0 ? String(part) : `[${String(part)}]`)).join("");
}

function valueAt(given: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given);
}

/** `metadata[key]=` takes a key away; the others are added to what is there. */
export function mergeMetadata(before: Record<string, string>, given?: Record<string, string>): Record<string, string> {
  if (!given) return before;
  if (Object.keys(given).length === 0) return {};
  return Object.fromEntries(Object.entries({ ...before, ...given }).filter(([, value]) => value !== ""));
}
