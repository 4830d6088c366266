/** JSON Schema as zod-openapi writes it, as far as examples and words need it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

type Schemas = Record<string, Schema>;

/** A schema itself, where it is a reference to one. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : { ...schemas[name], description: schema.description };
}

/** A value that is right by a schema: its own example, else the plainest there is. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  const { example, properties, items, anyOf, ...rest } = resolved(schema, schemas);
  if (example !== undefined) return example;
  if (anyOf) return exampleOf(anyOf[0] ?? {}, schemas);
  if (properties) {
    const named = Object.entries(properties).map(([name, of]) => [name, exampleOf(of, schemas)] as const);
    return Object.fromEntries(named);
  }
  if (items) return [exampleOf(items, schemas)];
  return rest.const ?? rest.enum?.[0] ?? rest.default ?? plainest(rest);
}

const PLAIN: Record<string, unknown> = { string: "text", integer: 1, number: 1, boolean: false, array: [], object: {} };
const FORMS: Record<string, unknown> = {
  uuid: "0199c1d2-7c1e-7d3a-9b1f-2f6a3a1c5e77",
  "date-time": "2026-12-31T00:00:00Z",
  email: "ana@example.com",
};

function plainest({ type, format }: Schema): unknown {
  // What may be null is shown as that: an example with every date in it says that all of them are there at once.
  if (Array.isArray(type) && type.includes("null")) return null;
  return FORMS[format ?? ""] ?? PLAIN[String(type)] ?? {};
}

/** `text, at most 200 characters` · `one of listed, hidden` · `whole number from 1 to 1000, 100 if left out` */
export function typeInWords(schema: Schema): string {
  const inner = schema.anyOf?.find(({ type }) => type !== "null");
  const nullable = schema.anyOf?.some(({ type }) => type === "null") || [schema.type].flat().includes("null");
  const fallback = schema.default === undefined || schema.default === "" ? "" : `, ${schema.default} if left out`;
  return `${kindOf(inner ?? schema)}${nullable ? " or null" : ""}${fallback}`;
}

const KINDS: Record<string, string> = {
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  object: "object",
};

function kindOf({ type, format, enum: words, items, minimum, maximum, maxLength }: Schema): string {
  if (words) return `one of ${words.join(", ")}`;
  const kind = [type].flat().find((each) => each !== "null") ?? "any";
  if (kind === "array") return `list: ${kindOf(items ?? {})}`;
  if (kind !== "string")
    return `${KINDS[kind] ?? kind}${minimum === undefined ? "" : ` from ${minimum} to ${maximum}`}`;
  if (format === "uuid") return "id";
  if (format === "date-time") return "date and time";
  if (format === "email") return "email address";
  return maxLength === undefined ? "text" : `text, at most ${maxLength} characters`;
}
