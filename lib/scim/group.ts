import SCIMMY from "scimmy";
import type { z } from "zod";
import type { MemberGroup } from "#lib/db/index.ts";
import type { DirectoryGroupChange, DirectoryTie } from "#lib/directory/index.ts";
import { isObject, type Json, type JsonObject } from "./body.ts";
import { ScimError } from "./error.ts";
import type { Filter } from "./filter.ts";
import { metaOf } from "./meta.ts";
import type { Operation } from "./patch.ts";

export const GROUP_SCHEMA = SCIMMY.Schemas.Group.id;

type Change = z.input<typeof DirectoryGroupChange>;

/** A whole group, as POST and PUT send it: who is not named is not in it. @throws ScimError invalidValue */
export function groupOf(body: JsonObject): Change {
  const named = (name: string) => Object.entries(body).find(([key]) => key.toLowerCase() === name)?.[1];
  const displayName = named("displayname");
  if (typeof displayName !== "string") throw wrong("displayName is missing");
  const externalId = named("externalid");
  if (externalId !== undefined && externalId !== null && typeof externalId !== "string")
    throw wrong("externalId must be text");
  return { displayName, externalId: externalId ?? null, only: idsOf(named("members") ?? []) };
}

/**
 * What a PATCH changes in a group, one operation after another, without the thousands that may be in it being looked at.
 * @throws ScimError for an attribute that a group has not
 */
export function changeOf(operations: readonly Operation[]): Change {
  const words: Change = {};
  const members = new Members();
  for (const operation of operations) {
    if (operation.attribute.toLowerCase() === "members") members.apply(operation);
    else Object.assign(words, wordsOf(operation));
  }
  return { ...words, ...members.change() };
}

function wordsOf(operation: Operation): Change {
  const removed = operation.op === "remove";
  switch (operation.attribute.toLowerCase()) {
    case "id": // Entra ID sends it along with what it changes.
      return {};
    case "externalid":
      return { externalId: removed ? null : textOf(operation) };
    case "displayname":
      if (!removed) return { displayName: textOf(operation) };
  }
  throw new ScimError(400, "invalidPath", `A group's ${operation.attribute} can't be changed so.`);
}

class Members {
  #all = false;
  readonly #in = new Set<string>();
  readonly #out = new Set<string>();

  apply({ op, filter, value }: Operation): void {
    const named = filter ? idsIn(filter) : idsOf(value ?? []);
    if (op === "remove" && (filter || value !== undefined)) {
      this.#move(named, this.#in, this.#out);
      return;
    }
    if (op !== "add") {
      this.#all = true;
      this.#in.clear();
      this.#out.clear();
    }
    this.#move(named, this.#out, this.#in);
  }

  change(): Pick<Change, "only" | "add" | "remove"> {
    return this.#all ? { only: [...this.#in] } : { add: [...this.#in], remove: [...this.#out] };
  }

  #move(ids: readonly string[], from: Set<string>, to: Set<string>): void {
    for (const id of ids) {
      from.delete(id);
      to.add(id);
    }
  }
}

/** `members[value eq "…"]`, and several joined by `or`. */
function idsIn(filter: Filter): string[] {
  if (filter.op === "or") return [...idsIn(filter.left), ...idsIn(filter.right)];
  if (filter.op === "eq" && filter.path === "value" && typeof filter.value === "string") return [filter.value];
  throw new ScimError(400, "invalidFilter", 'Members are named by their ids: members[value eq "…"].');
}

function idsOf(value: Json): string[] {
  return [value].flat().map((one) => {
    const id = isObject(one) ? one.value : one;
    if (typeof id !== "string") throw wrong("a member is named by its id, as value");
    return id;
  });
}

function textOf({ attribute, value }: Operation): string {
  if (typeof value !== "string") throw wrong(`${attribute} must be text`);
  return value;
}

function wrong(what: string): ScimError {
  return new ScimError(400, "invalidValue", `This can't be taken: ${what}.`);
}

/** A group of the directory, as its client gets to see it. @param ties those of this group; null where members were not asked for */
export function groupShown(
  group: MemberGroup,
  { base, ties }: { base: string; ties: readonly DirectoryTie[] | null },
): JsonObject {
  const members = ties?.map(({ userId, user }) => {
    return { value: userId, $ref: `${base}/Users/${userId}`, display: user, type: "User" };
  });
  return {
    schemas: [GROUP_SCHEMA],
    id: group.id,
    ...(group.externalId !== null && { externalId: group.externalId }),
    displayName: group.name,
    ...(members && { members }),
    meta: metaOf(group, { resourceType: "Group", location: `${base}/Groups/${group.id}` }),
  };
}
