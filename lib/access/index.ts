/**
 * Who may do what: the capabilities, the roles that hold them, and the one decision about a product.
 * Pure: facts in, a decision with its reason out. No clock, no database, no framework.
 * Hidden: how a role is a list of capabilities; no code outside compares a role's name.
 */
export { type Actor, actorKey, actorLabel, type Person } from "./actor.ts";
export { ALL_CAPABILITIES, CAPABILITIES, type Capability, isCapability } from "./capabilities.ts";
export { type CapabilityDecision, decide, tokenLacks } from "./decide.ts";
export {
  type Decision,
  entitle,
  type Facts,
  type RegistryCapability,
  type TraceStep,
  tokenUnfit,
  whyOf,
} from "./entitle.ts";
export { REASONS, type Reason } from "./reasons.ts";
export {
  LAST_ROLE,
  mayGiveRole,
  ROLE_CAPABILITIES,
  ROLES,
  type Role,
  roleAllows,
  rolesWith,
  SUPPORT_ROLE,
} from "./roles.ts";
export { activeGrants, type GrantFact, graceEnd, inGoodStanding, type SubscriptionFact } from "./standing.ts";
