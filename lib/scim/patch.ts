import { isObject, type Json, type JsonObject } from "./body.ts";
import { ScimError } from "./error.ts";
import { type Filter, parseFilter } from "./filter.ts";
import { holdsFor } from "./holds-for.ts";

const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const OPERATIONS_MAX = 1000;
const PATH_MAX = 1000;
/** How much one PATCH may look at: what directories send takes some hundreds of steps. */
const STEPS_MAX = 200_000;

/** One operation of a PATCH (RFC 7644, section 3.5.2), its path read: `emails[type eq "work"].value`. */
export interface Operation {
  op: "add" | "remove" | "replace";
  /** Without regard to case; the extension's name goes before, where it is one of an extension. */
  attribute: string;
  filter?: Filter;
  sub?: string;
  value?: Json;
}

/**
 * The operations of a PATCH, one an attribute: what names no path is taken apart by the names that it brings, so that
 * replacing works the same both ways. Entra's capitals (`Replace`) count as the words in small letters.
 * @throws ScimError for what is no PatchOp
 */
export function operationsOf(body: JsonObject): Operation[] {
  const { schemas } = body;
  const operations = body.Operations ?? body.operations;
  if (!Array.isArray(schemas) || !schemas.includes(PATCH_OP)) throw syntax(`schemas must name ${PATCH_OP}`);
  if (!Array.isArray(operations) || operations.length === 0)
    throw syntax("Operations must be a list with one at least");
  const read = operations.length > OPERATIONS_MAX ? [] : operations.flatMap(operationOf);
  if (read.length > OPERATIONS_MAX || operations.length > OPERATIONS_MAX)
    throw syntax(`it may change at most ${OPERATIONS_MAX} attributes`);
  return read;
}

function operationOf(given: Json): Operation[] {
  if (!isObject(given)) throw syntax("an operation must be an object");
  const op = String(given.op).toLowerCase();
  if (op !== "add" && op !== "remove" && op !== "replace") throw syntax(`op can't be ${String(given.op).slice(0, 50)}`);
  const { path, value } = given;
  if (op !== "remove" && value === undefined) throw new ScimError(400, "invalidValue", `A value is missing to ${op}.`);
  if (path === undefined || path === null || path === "") return withoutPath(op, value);
  if (typeof path !== "string") throw noPath(path);
  return [{ op, ...pathOf(path), value }];
}

function withoutPath(op: Operation["op"], value: Json | undefined): Operation[] {
  if (op === "remove") throw new ScimError(400, "noTarget", "A path is missing: what is to be removed?");
  if (!isObject(value)) throw new ScimError(400, "invalidValue", "Without a path the value must be an object.");
  return Object.entries(value)
    .filter(([name]) => name.toLowerCase() !== "schemas")
    .map(([name, part]) => ({ op, ...pathOf(name), value: part }));
}

const PATH = /^((?:urn:[\w.:-]+:)?[\w$-]+)(\[.*\])?(?:\.([\w$-]+))?$/i;
const EXTENSION = /^(urn:ietf:params:scim:schemas:extension:[\w.:-]+:User)(?:[:.](.+))?$/i;
const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/i;

function pathOf(path: string): Pick<Operation, "attribute" | "filter" | "sub"> {
  // Before any expression reads it: some go back and forth over what is long.
  if (path.length > PATH_MAX) throw noPath(path);
  // What every object has by itself is nobody's attribute.
  if (/__proto__|\bconstructor\b|\bprototype\b/i.test(path)) throw noPath(path);
  const extension = EXTENSION.exec(path);
  if (extension?.[1]) return { attribute: extension[1], ...(extension[2] && { sub: extension[2] }) };
  const found = PATH.exec(path.replace(CORE, ""));
  if (!found?.[1]) throw noPath(path);
  const [, attribute, brackets, sub] = found;
  return { attribute, ...(sub && { sub }), ...(brackets && { filter: parseFilter(brackets.slice(1, -1)) }) };
}

/** What a PATCH makes of a resource, which is left as it is. @throws ScimError noTarget; tooMany beyond its steps */
export function patched(resource: JsonObject, operations: readonly Operation[]): JsonObject {
  const made = structuredClone(resource);
  let steps = 0;
  for (const operation of operations) {
    steps += stepsOf(made[nameIn(made, operation.attribute)], operation);
    if (steps > STEPS_MAX) throw new ScimError(400, "tooMany", "This PATCH asks for too much at once: send several.");
    apply(made, operation);
  }
  return made;
}

/** What an operation looks at: each name of each value held, as often as there are conditions or values to compare. */
function stepsOf(held: Json | undefined, { filter, value }: Operation): number {
  const names = [held ?? null]
    .flat()
    .reduce((sum: number, one) => sum + (isObject(one) ? Object.keys(one).length : 1), 0);
  return names * (filter ? conditionsIn(filter) : [value ?? null].flat().length);
}

function conditionsIn(filter: Filter): number {
  if (filter.op === "and" || filter.op === "or") return conditionsIn(filter.left) + conditionsIn(filter.right);
  return filter.op === "not" ? conditionsIn(filter.of) : 1;
}

function apply(resource: JsonObject, operation: Operation): void {
  const name = nameIn(resource, operation.attribute);
  if (operation.filter) applyFiltered(resource, name, { ...operation, filter: operation.filter });
  else if (operation.sub) applySub(resource, name, { ...operation, sub: operation.sub });
  else applyWhole(resource, name, operation);
}

function applyWhole(resource: JsonObject, name: string, { op, value }: Operation): void {
  const held = resource[name];
  if (op === "remove") {
    // Entra names what is to go in the value; without one all of it goes.
    if (Array.isArray(held) && value !== undefined) resource[name] = held.filter((one) => !names(value, one));
    else delete resource[name];
  } else if (op === "add" && Array.isArray(held)) resource[name] = [...held, ...[value ?? null].flat()];
  else if (op === "add" && isObject(held) && isObject(value)) resource[name] = { ...held, ...value };
  else resource[name] = value ?? null;
}

function applySub(resource: JsonObject, name: string, { op, sub, value }: Operation & { sub: string }): void {
  const held = resource[name];
  const parts = Array.isArray(held) ? held.filter(isObject) : [isObject(held) ? held : {}];
  for (const part of parts) setIn(part, sub, op === "remove" ? undefined : value);
  if (!Array.isArray(held)) resource[name] = parts[0] ?? {};
}

function applyFiltered(resource: JsonObject, name: string, operation: Operation & { filter: Filter }): void {
  const { op, filter, sub } = operation;
  const held = resource[name];
  const list: Json[] = Array.isArray(held) ? held : [];
  const matching = list.filter((one) => holdsFor(filter, one));
  if (op === "remove" && !sub) resource[name] = list.filter((one) => !matching.includes(one));
  else if (matching.length === 0) resource[name] = op === "remove" ? list : [...list, newValue(operation)];
  else for (const one of matching.filter(isObject)) changeValue(one, operation);
}

function changeValue(one: JsonObject, { op, sub, value }: Operation): void {
  if (sub) setIn(one, sub, op === "remove" ? undefined : value);
  else if (isObject(value)) Object.assign(one, value);
}

/** The value that a filter describes, where there is none yet: Entra sends `emails[type eq "work"].value` for the first one. */
function newValue({ filter, sub, value, attribute }: Operation & { filter: Filter }): Json {
  const described = describedBy(filter);
  if (!described) throw new ScimError(400, "noTarget", `No value of ${attribute} matches.`);
  if (sub) return { ...described, [sub]: value ?? null };
  return isObject(value) ? { ...described, ...value } : described;
}

function describedBy(filter: Filter): JsonObject | null {
  if (filter.op === "eq") return { [filter.path]: filter.value };
  if (filter.op !== "and") return null;
  const [left, right] = [describedBy(filter.left), describedBy(filter.right)];
  return left && right && { ...left, ...right };
}

function names(value: Json, one: Json): boolean {
  return [value].flat().some((asked) => {
    if (!isObject(asked) || !isObject(one)) return asked === one;
    return asked.value !== undefined && asked.value === one.value;
  });
}

function setIn(object: JsonObject, name: string, value: Json | undefined): void {
  const key = nameIn(object, name);
  if (value === undefined) delete object[key];
  else object[key] = value;
}

/** The attribute's name as the object has it: SCIM's names are without regard to case (RFC 7643, section 2.1). */
function nameIn(object: JsonObject, name: string): string {
  const lower = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === lower) ?? name;
}

function syntax(what: string): ScimError {
  return new ScimError(400, "invalidSyntax", `This is no PATCH: ${what}.`);
}

function noPath(path: Json): ScimError {
  return new ScimError(400, "invalidPath", `${String(path).slice(0, 100)} is no path.`);
}
