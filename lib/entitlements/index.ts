/**
 * The entitlement ledger: who was given which product, by whom, why and until when; and the decision that rests on it.
 * Rows are only ever added or ended. Access is any row that is active now, so one source can't undo another.
 * Hidden: how facts are loaded and for how long they are kept, how sources are told apart.
 */
export { activeSql, holdsSql, inGoodStandingSql } from "./access-sql.ts";
export {
  BulkLineFilter,
  type BulkState,
  type BulkView,
  CSV_MAX,
  cancelBulk,
  confirmBulk,
  listBulkLines,
  listBulks,
  OUTCOMES,
  type Outcome,
  PrepareBulk,
  prepareBulk,
  runBulkChanges,
  SteerBulk,
  viewBulk,
} from "./bulk/index.ts";
export { type Access, DECISION_STATEMENTS, decideAccess, readBlob, readManifest } from "./decide-access.ts";
export {
  type Asker,
  addDownload,
  CreateLink,
  createLink,
  DownloadFilter,
  deadLink,
  FeedAsked,
  type FilePage,
  findLatestFile,
  findUpdate,
  flushDownloads,
  LatestAsked,
  type Link,
  listDownloads,
  listFeed,
  listProductDownloads,
  noteDownload,
  openLink,
  ProductDownloadFilter,
  type ReadableFile,
  type ReleaseFile,
  type ReleaseWithFiles,
  readFile,
  spansOf,
  type Update,
  UpdateAsked,
  VersionRange,
} from "./downloads/index.ts";
export { ExplainAccess, explainAccess } from "./explain-access.ts";
export { GrantEntitlement, grantEntitlement } from "./grant-entitlement.ts";
export { convergeGroup, groupInTenant, type Moved } from "./group-grants.ts";
export { type AddedToGroup, AddToGroup, addToGroup, RemoveFromGroup, removeFromGroup } from "./group-members.ts";
export { GroupProductChange, giveToGroup, takeFromGroup } from "./group-products.ts";
export { convergeRoles, GROUP_ROLES, SetGroupRole, setGroupRole, withLetters } from "./group-roles.ts";
export {
  CreateGroup,
  createGroup,
  DeleteGroup,
  deleteGroup,
  demandWhereItGives,
  endGroup,
  keptElsewhere,
  UpdateGroup,
  updateGroup,
} from "./groups.ts";
export {
  type EntitledProduct,
  HolderFilter,
  type HolderRow,
  listEntitledProducts,
  listHolders,
  SOURCES,
  type Source,
} from "./holders.ts";
export { type Grant, type GrantKey, type GrantTerms, type LedgerCtx, standingGrants } from "./ledger.ts";
export { type GrantRow, listGrants } from "./list-grants.ts";
export { listPullableProducts, type NearProduct } from "./list-pullable.ts";
export { listMemberFetches, type MemberFetches } from "./member-fetches.ts";
export type { NextStep } from "./next-step.ts";
export { type Fetch, HistoryFilter, listOwnFetches } from "./own-fetches.ts";
export { GRANT_STATES, GrantFilter, type LedgerRow, pageGrants } from "./page-grants.ts";
export {
  listPortal,
  PortalFilter,
  type PortalProduct,
  type PortalRelease,
  type PortalView,
  viewPortalProduct,
} from "./portal.ts";
export { GroupChange, previewGroupChange } from "./preview-group.ts";
export {
  AffectedFilter,
  type AffectedGroup,
  type AffectedMember,
  listAffected,
  previewRestriction,
  type RestrictionPreview,
} from "./preview-restriction.ts";
export { listMemberAccess, listProductAccess, type ProductAccess } from "./product-access.ts";
export { recallSentence } from "./recall-words.ts";
export { type Move, type Moves, rehearse } from "./rehearse.ts";
export { RestrictProduct, restrictProduct } from "./restrict-product.ts";
export { RevokeEntitlement, revokeEntitlement } from "./revoke-entitlement.ts";
export { endAndRecord, replaceGrant, type SetGrant, setGrant } from "./set-grant.ts";
export {
  GroupFilter,
  GroupMemberFilter,
  type GroupMemberRow,
  type GroupRow,
  listGroupMembers,
  listGroups,
  listGroupsOf,
  viewGroup,
} from "./view-groups.ts";
export { viewOwnWhy, viewWhy, type Why } from "./view-why.ts";
