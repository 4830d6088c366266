import { isObject, type Json, type JsonObject } from "./body.ts";
import { ScimError } from "./error.ts";
import { type Filter, parseFilter } from "./filter.ts";

const COUNT = 100;

/** What a list is asked for (RFC 7644, section 3.4.2). */
export interface Query {
  filter: Filter | null;
  startIndex: number;
  count: number;
  sortBy: string | null;
  direction: "asc" | "desc";
  shape: Shape;
}

/** Which attributes are wanted; in lower case. */
export interface Shape {
  only: Set<string> | null;
  without: Set<string>;
}

/** @throws ScimError for what can't be read; more than `countMax` is answered with that many */
export function queryOf(request: Request, countMax: number): Query {
  const { searchParams } = new URL(request.url);
  const filter = searchParams.get("filter");
  const count = whole(searchParams.get("count"), "count", COUNT);
  return {
    filter: filter === null ? null : parseFilter(filter),
    startIndex: Math.max(1, whole(searchParams.get("startIndex"), "startIndex", 1)),
    count: Math.min(countMax, Math.max(0, count)),
    sortBy: searchParams.get("sortBy")?.toLowerCase() ?? null,
    direction: searchParams.get("sortOrder")?.toLowerCase() === "descending" ? "desc" : "asc",
    shape: shapeOf(searchParams),
  };
}

export function shapeOf(params: URLSearchParams): Shape {
  const only = namesIn(params.get("attributes"));
  return { only: only.size > 0 ? only : null, without: namesIn(params.get("excludedAttributes")) };
}

function namesIn(text: string | null): Set<string> {
  const names = (text ?? "").split(",").map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/^urn:.*:(?=[^:]+$)/, ""),
  );
  return new Set(names.filter(Boolean));
}

function whole(text: string | null, name: string, fallback: number): number {
  if (text === null || text === "") return fallback;
  if (!/^-?\d{1,9}$/.test(text)) throw new ScimError(400, "invalidValue", `${name} must be a whole number.`);
  return Number(text);
}

/** Whether an attribute is part of the answer. */
export function isWanted({ only, without }: Shape, name: string): boolean {
  const lower = name.toLowerCase();
  return (
    !without.has(lower) && (only === null || [...only].some((one) => one === lower || one.startsWith(`${lower}.`)))
  );
}

/** A resource without what was not asked for; its schemas and id are always there (RFC 7643, section 7). */
export function shaped(resource: JsonObject, shape: Shape): JsonObject {
  const kept = Object.entries(resource).filter(
    ([name]) => name === "schemas" || name === "id" || (name.startsWith("urn:") ? !shape.only : isWanted(shape, name)),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, within(name, value, shape)]));
}

/** Sub-attributes: `attributes=name.givenName`, `excludedAttributes=emails.type`. */
function within(name: string, value: Json, { only, without }: Shape): Json {
  const lower = name.toLowerCase();
  const some = only && !only.has(lower) && [...only].some((one) => one.startsWith(`${lower}.`));
  const part = (one: Json): Json =>
    isObject(one)
      ? Object.fromEntries(
          Object.entries(one).filter(([sub]) => {
            const path = `${lower}.${sub.toLowerCase()}`;
            return !without.has(path) && (!some || only.has(path));
          }),
        )
      : one;
  return Array.isArray(value) ? value.map(part) : part(value);
}

/** One page of a list, which begins at `startIndex` of `total`. */
export function listOf(
  resources: JsonObject[],
  { startIndex, total }: { startIndex: number; total: number },
): JsonObject {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
