/**
 * Tenants (vendors), their teams with the invitations to them, and their members: who belongs where.
 * Hidden: how membership is looked up before any page loads, what is decided under a tenant's lock, how a tenant is erased.
 */
export {
  type Accepted,
  AcceptInvitation,
  acceptInvitation,
  findInvitation,
  InvitationToken,
  type InvitationView,
  invitationGone,
  takeInvitation,
} from "./accept-invitation.ts";
export { AddMemberByEmail, addMemberByEmail } from "./add-member.ts";
export { addComplimentaryMembers } from "./add-members.ts";
export { AddToTeam, addToTeam } from "./add-to-team.ts";
export {
  archiveTenant,
  DELETION_DELAY_DAYS,
  DeleteTenant,
  erasureOf,
  requestDeletion,
  unarchiveTenant,
  undoDeletion,
} from "./archive-tenant.ts";
export { ChangeRole, changeRole } from "./change-role.ts";
export { changeTenant, lockTenant } from "./change-tenant.ts";
export { CreateTenant, createTenant, decideCreatingTenants } from "./create-tenant.ts";
export { eraseDueTenants } from "./erase-tenants.ts";
export { findVisit, type TenantAccess, type Visit } from "./find-access.ts";
export { byGroups, convergeGroupRoles, type GroupRoles, type Letter, sendGroupLetters } from "./group-roles.ts";
export type { InvitationRow, Sent } from "./invitation-letter.ts";
export {
  InvitationFilter,
  InviteToTeam,
  inviteToTeam,
  listInvitations,
  OneInvitation,
  resendInvitation,
  withdrawInvitation,
} from "./invite.ts";
export { leaveTeam, RemoveFromTeam, removeFromTeam, whyStay } from "./leave-team.ts";
export { hasOneOwner, listTeam, TeamFilter, type TeamRow } from "./list-team.ts";
export { listTenantsOf, type TenantChoice, TenantFilter } from "./list-tenants.ts";
export {
  AddMember,
  addComplimentaryMember,
  listMembers,
  MemberFilter,
  type MemberRow,
  memberInTenant,
  viewMember,
} from "./members.ts";
export { decideChanging, decideGiving, type TeamChange } from "./rank.ts";
export { roleNow } from "./role-now.ts";
export { Slug, TenantName, TenantSlug } from "./slug.ts";
export { type Standing, standingOf } from "./standing.ts";
export { SuspendMember, suspendMember, UnsuspendMember, unsuspendMember } from "./suspend-member.ts";
export { ONLY_OWNER } from "./team-change.ts";
export { type AccessRules, setAccessRules, UpdateTenant, updateTenant, viewTenant } from "./update-tenant.ts";
