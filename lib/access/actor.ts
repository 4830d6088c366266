import type { Capability } from "./capabilities.ts";
import type { Role } from "./roles.ts";

/** Somebody who signed in. `role` is the team role in the tenant at hand; null for who is not of its team. */
export interface Person {
  type: "user";
  id: string;
  email: string;
  role: Role | null;
  /** Here for support: an instance admin, with the role that a support entry gives (SUPPORT_ROLE). */
  support?: boolean;
  /** The tenant at hand is archived: its team sees it and changes nothing. */
  archived?: boolean;
  /** Of the team, but without the second factor that it asks for: the role doesn't count. */
  owesSecondFactor?: boolean;
}

export type Actor =
  | Person
  | {
      type: "token";
      id: string;
      kind: "personal" | "robot";
      name: string;
      /** The owner of a personal token; null for a robot. */
      user: { id: string; email: string } | null;
      scopes: readonly Capability[];
      role: Role | null;
      /** As with a person, for the owner of a personal token. */
      owesSecondFactor?: boolean;
    }
  | { type: "stripe" }
  | { type: "system" }
  | { type: "anonymous" };

/** The actor as the ledger and the audit log keep it: `user:<id>`, `token:<id>`, `stripe`, `system`, `anonymous`. */
export function actorKey(actor: Actor): string {
  return actor.type === "user" || actor.type === "token" ? `${actor.type}:${actor.id}` : actor.type;
}

/** The actor in words for people. */
export function actorLabel(actor: Actor): string {
  if (actor.type === "user") return actor.support ? `${actor.email} (support)` : actor.email;
  if (actor.type !== "token") return { stripe: "Stripe", system: "Purser", anonymous: "anonymous" }[actor.type];
  return actor.user ? `${actor.user.email} (token “${actor.name}”)` : `robot ${actor.name}`;
}
