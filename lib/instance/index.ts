/**
 * The instance as its admins see it: every tenant, every user, how the machine is, and the support view of a tenant,
 * which takes a reason, ends by itself and stands in that tenant's own audit log.
 * Each verb asks the database whether the caller is an instance admin now; for everyone else there is no such page.
 * Hidden: how two admins who act at once are kept apart.
 */
export { ByUser, makeInstanceAdmin, removeInstanceAdmin } from "./admins.ts";
export { appointInstanceAdmin } from "./appoint-admin.ts";
export { demandInstanceAdmin } from "./demand-admin.ts";
export { EnterTenant, enterTenant, SUPPORT_MINUTES } from "./enter-tenant.ts";
export { type HealthCheck, type InstanceCounts, type InstanceHealth, instanceHealth } from "./instance-health.ts";
export { ByTenant, leaveTenant } from "./leave-tenant.ts";
export { AllTenantsFilter, type InstanceTenant, listAllTenants, type TenantState } from "./list-all-tenants.ts";
export { listInstanceEvents } from "./list-instance-events.ts";
export { type InstanceUser, listUsers, UserFilter } from "./list-users.ts";
export { listOutboxLetters } from "./outbox-letters.ts";
export { RequestCleanup, requestCleanup } from "./request-cleanup.ts";
export { SetQuota, setQuota } from "./set-quota.ts";
export { findOwnSupportEntry, listSupportEntries, SupportFilter, type SupportRow } from "./support-entries.ts";
export { type InstanceStorage, viewInstanceStorage } from "./view-storage.ts";
export { type TenantFacts, viewTenant } from "./view-tenant.ts";
