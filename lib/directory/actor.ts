import type { Actor, Capability } from "#lib/access/index.ts";

/** What a directory's client may do: nothing but what follows from who is in it, and in which of its groups. */
const SCOPES: readonly Capability[] = [
  "group.view",
  "group.manage",
  "group.sync",
  "member.view",
  "member.invite",
  "member.suspend",
];

/** The directory of a tenant as the actor of what it changes: a robot of that name, with the secret that it came with. */
export function directoryActor(secretId: string): Actor {
  return {
    type: "token",
    id: secretId,
    kind: "robot",
    name: "directory (SCIM)",
    user: null,
    scopes: SCOPES,
    role: null,
  };
}
