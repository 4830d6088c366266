/**
 * The pages' door, and the only one that knows the framework: sessions, who may enter a tenant's pages, server actions
 * and their refusals. Middleware enters by gate/index.ts.
 * Hidden: next-auth, its cookies and its callbacks; how an action sets an HTTP status.
 */
export {
  accountAction,
  accountQuestion,
  instanceAction,
  memberAction,
  memberQuestion,
  openAction,
  teamAction,
  teamQuestion,
  teamRemoval,
  visitQuestion,
} from "./action.ts";
export { handleAuth } from "./auth-handler.ts";
export { given, one, onPage, type Query } from "./on-page.ts";
export { ownPath } from "./own-path.ts";
export { CONNECTIONS_PATH } from "./provider-callback.ts";
export { publicUrl, registryAddress } from "./registry-address.ts";
export {
  type AccountEntrance,
  type Entrance,
  findHalfSignedIn,
  findLastWorkspace,
  findUser,
  requireAccount,
  requireInstanceAdmin,
  requireMember,
  requireTeam,
  requireVisit,
} from "./require.ts";
export { runEvents } from "./run-events.ts";
export { safePath, secondFactorPath, signInPath } from "./safe-path.ts";
export { type CsvFile, teamCsv } from "./team-csv.ts";
export { type SentFile, teamFile } from "./team-file.ts";
