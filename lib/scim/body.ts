import { bytesOf } from "#lib/http/index.ts";
import { ScimError } from "./error.ts";

const BYTES_MAX = 1024 * 1024;
const DEPTH_MAX = 10;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** A request's JSON object. @throws too_large beyond 1 MiB; ScimError invalidSyntax for what is none, or nests too deeply */
export async function bodyOf(request: Request): Promise<JsonObject> {
  const bytes = await bytesOf(request, BYTES_MAX);
  return objectIn(bytes.toString("utf8"));
}

export function objectIn(text: string): JsonObject {
  if (nests(text)) throw new ScimError(400, "invalidSyntax", `The body nests deeper than ${DEPTH_MAX} levels.`);
  const value = parsed(text);
  if (!isObject(value)) throw new ScimError(400, "invalidSyntax", "The body must be a JSON object.");
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    // A name that objects have by themselves says nothing of a person, and has been used to change what all objects are.
    return JSON.parse(text, (name, value: unknown) => (name === "__proto__" ? undefined : value));
  } catch {
    throw new ScimError(400, "invalidSyntax", "The body is not JSON.");
  }
}

/** Before it is parsed: whatever reads it afterwards may go down level by level. */
function nests(text: string): boolean {
  let depth = 0;
  // A string that never ends is one to the end: else each quotation mark in it would be tried as the beginning of one.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)|[[{\]}]/gs)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}
