/**
 * Who somebody is: accounts and the ways into them (password, second factor, passkeys, providers), sessions, personal
 * and robot tokens, the registry's bearer tokens. Answers with a Principal; what it may do is for other rooms.
 * Hidden: how secrets are hashed, sealed and counted, what letters say, and how bearer tokens are signed.
 */

export { EmailAddress } from "../email.ts";
export { AcceptAsNewUser, acceptInvitationAsNewUser } from "./accept-invitation.ts";
export { authenticate, authenticateToken, type Credentials, type Principal } from "./authenticate.ts";
export { type GrantedAccess, registryService, signBearer, verifyBearer } from "./bearer.ts";
export {
  ChangeConnection,
  type Connection,
  connectProvider,
  disconnectProvider,
  isConnecting,
  listConnections,
  startConnecting,
} from "./connections.ts";
export {
  AskEmailChange,
  askEmailChange,
  ConfirmEmailChange,
  confirmEmailChange,
  findEmailChange,
} from "./email-change.ts";
export { findTeamActor, type TenantActor } from "./find-actor.ts";
export { forgetWhatHasEnded } from "./forget.ts";
export { countAttempt } from "./limits.ts";
export { askPasskey, signInWithPasskey } from "./passkey-sign-in.ts";
export {
  AddPasskey,
  addPasskey,
  listPasskeys,
  type PasskeyRow,
  RemovePasskey,
  RenamePasskey,
  removePasskey,
  renamePasskey,
  StartPasskey,
  startPasskey,
} from "./passkeys.ts";
export { hashPassword, Password } from "./password.ts";
export {
  AskPasswordReset,
  askPasswordReset,
  findPasswordReset,
  ResetPassword,
  resetPassword,
} from "./password-reset.ts";
export {
  CreatePersonalToken,
  createPersonalToken,
  listPersonalTokens,
  revokePersonalToken,
  rotatePersonalToken,
} from "./personal-token.ts";
export { principalOf } from "./principal-of.ts";
export {
  ChangePassword,
  changePassword,
  findOwnAccount,
  type OwnAccount,
  RenameAccount,
  renameAccount,
} from "./profile.ts";
export { type ProviderProfile, type ProviderRefusal, signInWithProvider } from "./provider-sign-in.ts";
export { configuredProviders, findProvider, type Provider, type ProviderId } from "./providers.ts";
export {
  issueRefreshToken,
  listSignedInClients,
  redeemRefreshToken,
  type SignedInClient,
  signOutClient,
} from "./refresh-token.ts";
export {
  AskRegistration,
  askRegistration,
  ConfirmRegistration,
  confirmRegistration,
  findRegistration,
  signUpIsOpen,
} from "./registration.ts";
export {
  CreateRobotToken,
  createRobotToken,
  listRobotTokens,
  revokeRobotToken,
  rotateRobotToken,
} from "./robot-token.ts";
export {
  countCodesLeft,
  DisableSecondFactor,
  disableSecondFactor,
  enableSecondFactor,
  RenewRecoveryCodes,
  renewRecoveryCodes,
  SecondFactorCode,
  SecondFactorProof,
  startSecondFactor,
} from "./second-factor.ts";
export { findAwaitingUser, giveSecondFactor } from "./second-factor-sign-in.ts";
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
export { RotateToken } from "./token-form.ts";
export type { AccessTokenView, NewSecret } from "./token-rows.ts";
export { browserInWords } from "./user-agent.ts";
export { CreateUser, createUser, createVerifiedUser, NewAccount, type VerifiedUser } from "./users.ts";
