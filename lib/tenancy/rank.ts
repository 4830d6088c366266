import {
  type Actor,
  type CapabilityDecision,
  decide,
  mayGiveRole,
  ROLE_CAPABILITIES,
  type Role,
} from "#lib/access/index.ts";

/** What is done to somebody on the team who has a role already. */
export type TeamChange = "team.changeRole" | "team.remove";

const ALLOWED = { allowed: true } as const;
const ABOVE_GIVEN = { allowed: false, reason: "Nobody gives a role above their own." } as const;
const ABOVE_HELD = {
  allowed: false,
  reason: "Their role is above yours: nobody changes or removes somebody whose role is above their own.",
} as const;

/** Whether the actor may give the role to somebody, by an invitation or a change. */
export function decideGiving(actor: Actor, role: Role): CapabilityDecision {
  return reaches(actor, role) ? ALLOWED : ABOVE_GIVEN;
}

/** Whether the actor may change or remove somebody with the role: the capability first, then the rank. */
export function decideChanging(actor: Actor, capability: TeamChange, role: Role): CapabilityDecision {
  const decision = decide(actor, capability);
  if (!decision.allowed) return decision;
  return reaches(actor, role) ? ALLOWED : ABOVE_HELD;
}

function reaches(actor: Actor, role: Role): boolean {
  if (actor.type === "user") return actor.role !== null && mayGiveRole(actor.role, role);
  // A token reaches no role that may do what it may not itself, a personal one of an owner neither.
  return ROLE_CAPABILITIES[role].every((capability) => decide(actor, capability).allowed);
}
