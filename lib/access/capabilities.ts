interface Words {
  label: string;
  /** Can be used in an archived tenant. */
  whenArchived?: boolean;
}

/**
 * Everything that can be done in a tenant, as `resource.action`. The label completes "You need the permission to …".
 * The order is the order in which the role matrix shows them.
 */
export const CAPABILITIES = {
  "tenant.view": { label: "see this workspace" },
  "tenant.update": { label: "change the workspace's settings" },
  "tenant.archive": { label: "archive the workspace", whenArchived: true },
  "tenant.delete": { label: "delete the workspace", whenArchived: true },
  "team.view": { label: "see the team" },
  "team.invite": { label: "invite people to the team" },
  "team.changeRole": { label: "change roles in the team" },
  "team.remove": { label: "remove people from the team" },
  "product.view": { label: "see products" },
  "product.create": { label: "add products" },
  "product.update": { label: "change products" },
  "product.restrict": { label: "restrict or open products" },
  "product.archive": { label: "archive products" },
  "product.delete": { label: "delete products" },
  "release.view": { label: "see releases" },
  "release.publish": { label: "publish releases" },
  "release.archive": { label: "archive releases" },
  "release.restore": { label: "restore releases" },
  "release.recall": { label: "recall releases and images" },
  "release.prune": { label: "prune releases" },
  "release.forceDelete": { label: "delete releases for good" },
  "registry.pull": { label: "pull images" },
  "registry.push": { label: "push images" },
  "registry.moveTag": { label: "move existing tags" },
  "registry.delete": { label: "delete images" },
  "member.view": { label: "see members" },
  "member.invite": { label: "add members" },
  "member.suspend": { label: "suspend members" },
  "entitlement.view": { label: "see entitlements" },
  "entitlement.grant": { label: "grant entitlements" },
  "entitlement.revoke": { label: "revoke entitlements" },
  "billing.view": { label: "see billing" },
  "billing.connect": { label: "connect the Stripe account" },
  "billing.mapPrices": { label: "map prices to products" },
  "billing.reconcile": { label: "reconcile with Stripe" },
  "provider.view": { label: "see providers" },
  "provider.manage": { label: "manage providers" },
  "provider.checkHealth": { label: "run health checks" },
  "provider.syncInventory": { label: "sync the inventory" },
  "provider.snapshotCompliance": { label: "take compliance snapshots" },
  "group.view": { label: "see groups" },
  "group.manage": { label: "manage groups" },
  "group.sync": { label: "sync groups" },
  "backup.view": { label: "see backups" },
  "backup.create": { label: "make backups" },
  "backup.restore": { label: "restore backups" },
  "backup.delete": { label: "delete backups" },
  "policy.view": { label: "see policies" },
  "policy.edit": { label: "edit policies" },
  "policy.archive": { label: "archive policies" },
  "policy.restore": { label: "restore policies" },
  "policy.prune": { label: "prune policy versions" },
  "policy.forceDelete": { label: "delete policies for good" },
  "webhook.manage": { label: "manage webhooks" },
  "token.view": { label: "see robot tokens" },
  "token.create": { label: "create robot tokens" },
  "token.revoke": { label: "revoke robot tokens" },
  "audit.view": { label: "see the audit log" },
  "audit.export": { label: "export the audit log", whenArchived: true },
} as const satisfies Record<`${string}.${string}`, Words>;

export type Capability = keyof typeof CAPABILITIES;

export const ALL_CAPABILITIES = Object.keys(CAPABILITIES) as Capability[];

/** Whether it can be used in an archived tenant: looking can, and what leads out of that state. */
export function worksWhenArchived(capability: Capability): boolean {
  const words: Words = CAPABILITIES[capability];
  return words.whenArchived === true || capability.endsWith(".view");
}

export function isCapability(word: string): word is Capability {
  return Object.hasOwn(CAPABILITIES, word);
}
