import type { Capability } from "./capabilities.ts";
import type { Role } from "./roles.ts";

/** Who acts. `role` is the team role in the tenant at hand; null for who is not of its team. */
export type Actor =
  | { type: "user"; id: string; email: string; role: Role | null }
  | {
      type: "token";
      id: string;
      kind: "personal" | "robot";
      name: string;
      /** The owner of a personal token; null for a robot. */
      user: { id: string; email: string } | null;
      scopes: readonly Capability[];
      role: Role | null;
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
  if (actor.type === "user") return actor.email;
  if (actor.type !== "token") return { stripe: "Stripe", system: "Purser", anonymous: "anonymous" }[actor.type];
  return actor.user ? `${actor.user.email} (token “${actor.name}”)` : `robot ${actor.name}`;
}
