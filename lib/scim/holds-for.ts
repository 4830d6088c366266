import type { Comparison, Filter, Literal } from "./filter.ts";

/** Whether a filter holds for one value of a multi-valued attribute, as `emails[type eq "work"]` asks in a PATCH. */
export function holdsFor(filter: Filter, value: unknown): boolean {
  switch (filter.op) {
    case "and":
      return holdsFor(filter.left, value) && holdsFor(filter.right, value);
    case "or":
      return holdsFor(filter.left, value) || holdsFor(filter.right, value);
    case "not":
      return !holdsFor(filter.of, value);
    case "pr":
      return at(value, filter.path) !== undefined;
    default:
      return compares(filter.op, at(value, filter.path), filter.value);
  }
}

function at(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return path === "value" ? value : undefined;
  const name = Object.keys(value).find((key) => key.toLowerCase() === path);
  return name === undefined ? undefined : (value as Record<string, unknown>)[name];
}

const COMPARE: Record<Comparison, (held: string, asked: string) => boolean> = {
  eq: (held, asked) => held === asked,
  ne: (held, asked) => held !== asked,
  co: (held, asked) => held.includes(asked),
  sw: (held, asked) => held.startsWith(asked),
  ew: (held, asked) => held.endsWith(asked),
  gt: (held, asked) => held > asked,
  ge: (held, asked) => held >= asked,
  lt: (held, asked) => held < asked,
  le: (held, asked) => held <= asked,
};

// Nothing that is told apart here is so by case, and Entra sends booleans as text.
function compares(op: Comparison, held: unknown, asked: Literal): boolean {
  return COMPARE[op](String(held ?? "").toLowerCase(), String(asked ?? "").toLowerCase());
}
