/**
 * Who somebody is: accounts, passwords and sessions, personal and robot tokens, the registry's bearer tokens.
 * Answers with a Principal; what a principal may do is for other rooms.
 * Hidden: how secrets are hashed and counted, and how bearer tokens are signed.
 */
export { authenticate, authenticateToken, type Credentials, type Principal } from "./authenticate.ts";
export { type GrantedAccess, registryService, signBearer, verifyBearer } from "./bearer.ts";
export { EmailAddress } from "./email.ts";
export { findTeamActor, type TenantActor } from "./find-actor.ts";
export { hashPassword, Password } from "./password.ts";
export {
  CreatePersonalToken,
  createPersonalToken,
  listPersonalTokens,
  type PersonalCtx,
  revokePersonalToken,
  rotatePersonalToken,
} from "./personal-token.ts";
export {
  CreateRobotToken,
  createRobotToken,
  listRobotTokens,
  revokeRobotToken,
  rotateRobotToken,
} from "./robot-token.ts";
export { isTokenSecret } from "./secret.ts";
export {
  type Client,
  endSession,
  findSessionUser,
  listSessions,
  noteSeen,
  revokeOtherSessions,
  revokeSession,
  SESSION_MAX_AGE_SECONDS,
  type SessionRow,
  type SessionUser,
} from "./sessions.ts";
export { type SignedIn, signIn } from "./sign-in.ts";
export { OVERLAP_HOURS, RotateToken, TOKEN_DAYS } from "./token-form.ts";
export type { AccessTokenView, NewSecret } from "./token-rows.ts";
export { CreateUser, createUser, createVerifiedUser, NewAccount, type VerifiedUser } from "./users.ts";
