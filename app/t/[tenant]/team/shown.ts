import type { RoleOption } from "#components/team/role-choice.tsx";
import type { PersonShown } from "#components/team/team-table.tsx";
import { type Actor, type CapabilityDecision, decide, LAST_ROLE, ROLES, type Role } from "#lib/access/index.ts";
import {
  byGroups,
  decideChanging,
  decideGiving,
  type InvitationRow,
  ONLY_OWNER,
  type TeamRow,
} from "#lib/tenancy/index.ts";

const STAYS = { allowed: false, reason: ONLY_OWNER } as const;

/** The roles with what speaks against giving each. */
export function rolesOffered(actor: Actor): RoleOption[] {
  return ROLES.map((role) => {
    const decision = decideGiving(actor, role);
    return { role, problem: decision.allowed ? null : decision.reason };
  });
}

/** A person as the table shows them: what may be done about them by whoever looks. */
export function personShown(actor: Actor, person: TeamRow, oneOwner: boolean): PersonShown {
  const { id, email, name, role, groupRole, handRole, since, userId } = person;
  const stays = isLast(role, oneOwner);
  const decided = (capability: "team.changeRole" | "team.remove"): CapabilityDecision => {
    const decision = decideChanging(actor, capability, role);
    return decision.allowed && stays ? STAYS : decision;
  };
  const you = actor.type === "user" && actor.id === userId;
  const remove = decided("team.remove");
  return {
    ...{ id, email, name, role, groupRole, handRole, since, you, change: decided("team.changeRole") },
    remove: remove.allowed && groupRole ? { allowed: false, reason: byGroups({ email, groupRole }) } : remove,
  };
}

export function invitationShown(actor: Actor, invitation: InvitationRow) {
  const { id, email, role, invitedBy, sentAt, expiresAt } = invitation;
  const decision = decide(actor, "team.invite");
  return {
    id,
    email,
    role,
    invitedBy,
    sentAt,
    expiresAt,
    decision: decision.allowed ? decideGiving(actor, role) : decision,
  };
}

function isLast(role: Role | null, oneOwner: boolean): boolean {
  return role === LAST_ROLE && oneOwner;
}
