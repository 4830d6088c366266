/**
 * A tenant's directory: who its identity provider says there is, and in which groups. Members, suspensions, groups, grants
 * and team roles follow it in the same transaction, and an account (its address, name, ways in) is never touched.
 * Hidden: how people are matched with accounts, which suspension is whose, how secrets are kept.
 */
export { findDirectory } from "./authenticate.ts";
export { checkDirectory, inventoryDirectory } from "./check.ts";
export {
  ClaimSettings,
  CreateClaimGroup,
  claimProviders,
  createClaimGroup,
  saveClaimSettings,
  viewDirectory,
} from "./claims.ts";
export { DisconnectDirectory, disconnectDirectory, previewDisconnect } from "./disconnect.ts";
export {
  changeDirectoryGroup,
  createDirectoryGroup,
  DirectoryGroupChange,
  deleteDirectoryGroup,
  viewDirectoryGroup,
} from "./groups.ts";
export {
  countDirectory,
  type DirectoryTie,
  listDirectoryGroups,
  listDirectoryTies,
  listDirectoryUsers,
} from "./list.ts";
export { listDirectoryRequests, noteDirectoryRequest } from "./requests.ts";
export {
  createDirectorySecret,
  listDirectorySecrets,
  OneDirectorySecret,
  revokeDirectorySecret,
  type SecretView,
} from "./secrets.ts";
export { applyClaims, joinDirectories, type SignInClaims } from "./sign-in.ts";
export { previewSync, syncDirectory, syncDirectoryRun } from "./sync.ts";
export {
  changeDirectoryUser,
  createDirectoryUser,
  DirectoryPerson,
  deleteDirectoryUser,
  viewDirectoryUser,
} from "./users.ts";
