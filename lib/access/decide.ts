import type { Actor } from "./actor.ts";
import { CAPABILITIES, type Capability, worksWhenArchived } from "./capabilities.ts";
import { type Role, roleAllows, rolesWith } from "./roles.ts";

export type CapabilityDecision = { allowed: true } | { allowed: false; reason: string };

const ALLOWED: CapabilityDecision = { allowed: true };
const ARCHIVED: CapabilityDecision = {
  allowed: false,
  reason: "This workspace is archived: nothing in it can be changed until an owner unarchives it.",
};

/** What somebody of a team is told whose role doesn't count yet. */
export const OWES_SECOND_FACTOR =
  "This workspace asks its team for a second factor: set one up in your account, under Security.";

/**
 * Whether the actor may use the capability in the tenant at hand. A token may what its role and its scopes both allow;
 * a robot has no role but its scopes. The reason is one sentence for the tooltip, the action's result and every API.
 */
export function decide(actor: Actor, capability: Capability): CapabilityDecision {
  switch (actor.type) {
    case "system":
    case "stripe":
      return ALLOWED;
    case "anonymous":
      return { allowed: false, reason: "Sign in first." };
    case "user":
      if (actor.owesSecondFactor) return OWING;
      return actor.archived && !worksWhenArchived(capability) ? ARCHIVED : decideRole(actor.role, capability);
    case "token":
      if (!actor.scopes.includes(capability)) return { allowed: false, reason: tokenLacks(capability) };
      if (actor.kind === "robot") return ALLOWED;
      return actor.owesSecondFactor ? OWING : decideRole(actor.role, capability);
  }
}

const OWING: CapabilityDecision = { allowed: false, reason: OWES_SECOND_FACTOR };

function decideRole(role: Role | null, capability: Capability): CapabilityDecision {
  if (role && roleAllows(role, capability)) return ALLOWED;
  return { allowed: false, reason: roleLacks(role, capability) };
}

function roleLacks(role: Role | null, capability: Capability): string {
  const holders = rolesWith(capability);
  const which = role ? `Your role, ${role}, is not allowed to` : "Only the team may";
  return `${which} ${CAPABILITIES[capability].label}. Ask ${listOf(holders)} of this workspace.`;
}

export function tokenLacks(capability: Capability): string {
  return `This token is not allowed to ${CAPABILITIES[capability].label}: its scopes lack ${capability}.`;
}

function listOf(roles: readonly Role[]): string {
  const named = roles.map((role) => (/^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`));
  return named.length < 2 ? (named[0] ?? "nobody") : `${named.slice(0, -1).join(", ")} or ${named.at(-1)}`;
}
