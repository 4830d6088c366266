import SCIMMY from "scimmy";
import type { z } from "zod";
import type { DirectoryUser } from "#lib/db/index.ts";
import type { DirectoryPerson, DirectoryTie } from "#lib/directory/index.ts";
import { EmailAddress } from "../email.ts";
import { isObject, type Json, type JsonObject } from "./body.ts";
import { ScimError } from "./error.ts";
import { metaOf } from "./meta.ts";

/** What a person may have beside what we read: told back as it came. */
const ATTRIBUTES_MAX = 64 * 1024;
// Read by us, made by us, or not ours to keep.
const APART = new Set(["schemas", "id", "meta", "userName", "externalId", "active", "password", "groups"]);

// Both Okta and Entra ID send department and manager by themselves (RFC 7643, section 4.3). Set once, for all tenants alike.
const { definition } = SCIMMY.Schemas.User;
definition.extend(SCIMMY.Schemas.EnterpriseUser.definition);
export const USER_SCHEMA = SCIMMY.Schemas.User.id;
export const ENTERPRISE_SCHEMA = SCIMMY.Schemas.EnterpriseUser.id;

type Person = z.input<typeof DirectoryPerson>;

/** A person as a request tells of them. @throws ScimError for what RFC 7643 says is wrong */
export function personOf(resource: JsonObject): Person {
  // What is too much is not looked at, value by value: others wait meanwhile.
  refuseTooMuch(resource);
  const told = coerced(withBooleans(resource));
  const attributes = refuseTooMuch(told);
  return {
    userName: textOf(told.userName) ?? "",
    externalId: textOf(told.externalId),
    displayName: displayNameOf(told),
    email: addressOf(told),
    active: told.active !== false,
    attributes,
  };
}

/** The attributes beside those that we read. @throws ScimError tooMany */
function refuseTooMuch(resource: JsonObject): JsonObject {
  const attributes = Object.fromEntries(Object.entries(resource).filter(([name]) => !APART.has(name)));
  if (JSON.stringify(attributes).length <= ATTRIBUTES_MAX) return attributes;
  throw new ScimError(400, "tooMany", `A user may have at most ${ATTRIBUTES_MAX} bytes of attributes.`);
}

/** The resource that a PATCH changes: what was told of them, and nothing of their account. */
export function resourceOf(user: DirectoryUser): JsonObject {
  const { userName, externalId, active } = user;
  return { ...attributesOf(user), userName, active, ...(externalId !== null && { externalId }) };
}

/** Somebody of the directory, as its client gets to see them. @param ties those of this user */
export function userShown(
  user: DirectoryUser,
  { base, ties }: { base: string; ties: readonly DirectoryTie[] },
): JsonObject {
  const groups = ties.map(({ groupId, group }) => {
    return { value: groupId, $ref: `${base}/Groups/${groupId}`, display: group, type: "direct" };
  });
  const extended = ENTERPRISE_SCHEMA in attributesOf(user) ? [ENTERPRISE_SCHEMA] : [];
  return {
    schemas: [USER_SCHEMA, ...extended],
    id: user.id,
    ...resourceOf(user),
    ...(groups.length > 0 && { groups }),
    meta: metaOf(user, { resourceType: "User", location: `${base}/Users/${user.id}` }),
  };
}

function attributesOf({ attributes }: DirectoryUser): JsonObject {
  return isObject(attributes) ? attributes : {};
}

function coerced(resource: JsonObject): JsonObject {
  try {
    return JSON.parse(JSON.stringify(definition.coerce(resource, "in"))) as JsonObject;
  } catch (error) {
    throw new ScimError(400, "invalidValue", (error as Error).message);
  }
}

/** Entra ID writes yes and no as text: "True", "False". */
function withBooleans(resource: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(resource).map(([name, value]): [string, Json] => {
      if (name.toLowerCase() === "active") return [name, booleanOf(value)];
      if (!Array.isArray(value)) return [name, value];
      return [
        name,
        value.map((one) =>
          isObject(one) && "primary" in one ? { ...one, primary: booleanOf(one.primary ?? null) } : one,
        ),
      ];
    }),
  );
}

function booleanOf(value: Json): Json {
  const lower = typeof value === "string" ? value.toLowerCase() : value;
  return lower === "true" ? true : lower === "false" ? false : value;
}

/** The address that counts: the primary one, that of work, any, and else the userName where that is one. */
function addressOf({ emails, userName }: JsonObject): string | null {
  const list = (Array.isArray(emails) ? emails : []).filter(isObject);
  const first = list.find(({ primary }) => primary === true) ?? list.find(({ type }) => type === "work") ?? list[0];
  const asked = textOf(first?.value) ?? textOf(userName);
  return EmailAddress.safeParse(asked ?? "").data ?? null;
}

function displayNameOf({ displayName, name }: JsonObject): string | null {
  const parts = isObject(name) ? name : {};
  const whole = [textOf(parts.givenName), textOf(parts.familyName)].filter(Boolean).join(" ");
  return (textOf(displayName) ?? textOf(parts.formatted) ?? whole) || null;
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}
