import type { Prisma } from "#lib/db/index.ts";
import { ScimError } from "./error.ts";
import type { Comparison, Filter, Literal } from "./filter.ts";

/** A column, and of what kind: `key` is kept in lower case, `text` in any and compared in none, `exact` as it is. */
interface Column {
  name: string;
  kind: "key" | "text" | "exact" | "time" | "boolean" | "id";
}

export const USER_COLUMNS: Record<string, Column> = {
  id: { name: "id", kind: "id" },
  username: { name: "userNameKey", kind: "key" },
  externalid: { name: "externalId", kind: "exact" },
  displayname: { name: "displayName", kind: "text" },
  active: { name: "active", kind: "boolean" },
  emails: { name: "email", kind: "key" },
  "emails.value": { name: "email", kind: "key" },
  "meta.created": { name: "createdAt", kind: "time" },
  "meta.lastmodified": { name: "updatedAt", kind: "time" },
};

export const GROUP_COLUMNS: Record<string, Column> = {
  id: { name: "id", kind: "id" },
  externalid: { name: "externalId", kind: "exact" },
  displayname: { name: "name", kind: "text" },
  "meta.created": { name: "createdAt", kind: "time" },
  "meta.lastmodified": { name: "updatedAt", kind: "time" },
};

type Where = Prisma.DirectoryUserWhereInput & Prisma.MemberGroupWhereInput;

const NOTHING: Where = { id: { in: [] } };
/** What kind of address it is, or whether it is the first one, is not kept apart: each has one. */
const ALWAYS_SO = new Set(["emails.type", "emails.primary"]);

/** A filter as a condition of the database. @throws ScimError invalidFilter for what it can't be asked for */
export function whereOf(filter: Filter, columns: Record<string, Column>): Where {
  switch (filter.op) {
    case "and":
      return { AND: [whereOf(filter.left, columns), whereOf(filter.right, columns)] };
    case "or":
      return { OR: [whereOf(filter.left, columns), whereOf(filter.right, columns)] };
    case "not":
      return { NOT: whereOf(filter.of, columns) };
    default:
      if ("emails.value" in columns && ALWAYS_SO.has(filter.path)) return {};
      return filter.path === "members" || filter.path === "members.value"
        ? whereMember(filter)
        : whereColumn(filter, columns);
  }
}

type Asked = Exclude<Filter, { op: "and" | "or" | "not" }>;

function whereMember(filter: Asked): Where {
  if (filter.op !== "eq" || typeof filter.value !== "string") throw cant(`${filter.op} of members`);
  return isId(filter.value) ? { directoryMembers: { some: { directoryUserId: filter.value } } } : NOTHING;
}

function whereColumn(filter: Asked, columns: Record<string, Column>): Where {
  const column = Object.hasOwn(columns, filter.path) ? columns[filter.path] : undefined;
  if (!column) throw cant(`for ${filter.path.slice(0, 50)}; it can for ${Object.keys(columns).join(", ")}`);
  if (filter.op === "pr") return present(column);
  const condition = BY_KIND[column.kind](filter.op, filter.value);
  return condition ? ({ [column.name]: condition } as Where) : NOTHING;
}

function present({ name, kind }: Column): Where {
  return kind === "exact" || name === "displayName" || name === "email" ? ({ [name]: { not: null } } as Where) : {};
}

type Condition = Record<string, unknown> | null;

const WORDS: Partial<Record<Comparison, string>> = { co: "contains", sw: "startsWith", ew: "endsWith" };
const ORDER: Partial<Record<Comparison, string>> = { eq: "equals", gt: "gt", ge: "gte", lt: "lt", le: "lte" };

const BY_KIND: Record<Column["kind"], (op: Comparison, value: Literal) => Condition> = {
  key: (op, value) => texts(op, typeof value === "string" ? value.toLowerCase() : value, EXACT),
  text: (op, value) => texts(op, value, { same: literally, mode: { mode: "insensitive" } }),
  exact: (op, value) => texts(op, value, EXACT),
  time: (op, value) => {
    const at = new Date(String(value));
    const word = ORDER[op];
    if (!word || Number.isNaN(at.getTime())) throw cant(`${op} of ${String(value).slice(0, 50)} for a time`);
    return { [word]: at };
  },
  boolean: (op, value) => {
    // Entra writes them as text, too.
    const asked = String(value).toLowerCase();
    if ((op !== "eq" && op !== "ne") || !["true", "false"].includes(asked))
      throw cant(`${op} of ${asked.slice(0, 50)}`);
    return { equals: (asked === "true") === (op === "eq") };
  },
  id: (op, value) => {
    if (op !== "eq") throw cant(`${op} for id`);
    return isId(value) ? { equals: value } : null;
  },
};

interface Comparing {
  /** What a value is made into to be found as it is. */
  same: (text: string) => string;
  mode: { mode?: "insensitive" };
}

// LIKE's wildcards stand for themselves; a comparison without regard to case is a LIKE as well.
const literally = (text: string) => text.replace(/[\\%_]/g, "\\$&");
const EXACT: Comparing = { same: (text) => text, mode: {} };

function texts(op: Comparison, value: Literal, { same, mode }: Comparing): Condition {
  if (value === null) return op === "ne" ? { not: null } : { equals: null };
  const text = String(value);
  if (op === "eq") return { equals: same(text), ...mode };
  if (op === "ne") return { not: { equals: same(text), ...mode } };
  const word = WORDS[op];
  if (word) return { [word]: literally(text), ...mode };
  return { [ORDER[op] ?? "equals"]: text, ...mode };
}

function isId(value: Literal): value is string {
  return typeof value === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);
}

function cant(what: string): ScimError {
  return new ScimError(400, "invalidFilter", `The filter can't ask ${what}.`);
}
