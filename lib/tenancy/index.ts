/**
 * Tenants (vendors), their teams and their members: who belongs where.
 * Hidden: how membership is looked up before any page loads.
 */
export { AddToTeam, addToTeam } from "./add-to-team.ts";
export { CreateTenant, createTenant } from "./create-tenant.ts";
export { findVisit, type TenantAccess, type Visit } from "./find-access.ts";
export { listTenantsOf, type TenantChoice } from "./list-tenants.ts";
export {
  AddMember,
  addComplimentaryMember,
  listMembers,
  MemberFilter,
  type MemberRow,
  memberInTenant,
  viewMember,
} from "./members.ts";
export { Slug, TenantSlug } from "./slug.ts";
export { type Standing, standingOf } from "./standing.ts";
