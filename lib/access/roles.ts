import type { Capability } from "./capabilities.ts";

/** From the most to the least; nobody gives a role above their own. */
export const ROLES = ["owner", "manager", "operator", "readonly"] as const;

export type Role = (typeof ROLES)[number];

/** Whoever makes a tenant gets it, and somebody keeps it: a team is never without one. */
export const LAST_ROLE: Role = "owner";

/** What an instance admin is within a tenant they entered for support: they look, and change nothing. */
export const SUPPORT_ROLE: Role = "readonly";

const READONLY: readonly Capability[] = [
  "tenant.view",
  "team.view",
  "product.view",
  "release.view",
  "member.view",
  "entitlement.view",
  "billing.view",
  "provider.view",
  "backup.view",
  "group.view",
  "policy.view",
  "token.view",
  "audit.view",
  "registry.pull",
];

const OPERATOR: readonly Capability[] = [
  ...READONLY,
  "release.publish",
  "release.archive",
  "release.restore",
  "registry.push",
  "registry.moveTag",
  "provider.checkHealth",
  "provider.syncInventory",
  "provider.snapshotCompliance",
  "group.sync",
  "backup.create",
];

const MANAGER: readonly Capability[] = [
  ...OPERATOR,
  "tenant.update",
  "team.invite",
  "team.changeRole",
  "team.remove",
  "product.create",
  "product.update",
  "product.restrict",
  "product.archive",
  "release.recall",
  "release.prune",
  "registry.delete",
  "member.invite",
  "member.suspend",
  "entitlement.grant",
  "entitlement.revoke",
  "billing.mapPrices",
  "billing.reconcile",
  "provider.manage",
  "group.manage",
  "backup.restore",
  "policy.edit",
  "policy.archive",
  "policy.restore",
  "policy.prune",
  "webhook.manage",
  "token.create",
  "token.revoke",
];

const OWNER: readonly Capability[] = [
  ...MANAGER,
  "tenant.archive",
  "tenant.delete",
  "product.delete",
  "release.forceDelete",
  "billing.connect",
  "policy.forceDelete",
  "backup.delete",
  "audit.export",
];

/** What each role may do: plain lists, no wildcards, so that a new capability is nobody's until it is given. */
export const ROLE_CAPABILITIES: Record<Role, readonly Capability[]> = {
  owner: OWNER,
  manager: MANAGER,
  operator: OPERATOR,
  readonly: READONLY,
};

const SETS: Record<Role, ReadonlySet<Capability>> = {
  owner: new Set(OWNER),
  manager: new Set(MANAGER),
  operator: new Set(OPERATOR),
  readonly: new Set(READONLY),
};

export function roleAllows(role: Role, capability: Capability): boolean {
  return SETS[role].has(capability);
}

export function rolesWith(capability: Capability): Role[] {
  return ROLES.filter((role) => roleAllows(role, capability));
}

/** Whether somebody with role `giver` may give `role`: nobody gives a role above their own. */
export function mayGiveRole(giver: Role, role: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(giver);
}
