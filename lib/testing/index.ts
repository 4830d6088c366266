/**
 * What tests stand on: one real PostgreSQL a run, a migrated database a worker, a tenant of its own a suite.
 * Nothing of ours is mocked here or anywhere. Imported by tests alone.
 * Hidden: how databases are copied, how rows are compared.
 */
export { type Browser, startAuthServer } from "./auth-server.ts";
export { type Authenticator, newAuthenticator } from "./authenticator.ts";
export { behind } from "./behind.ts";
export { checkInvariants } from "./check-invariants.ts";
export { fileOf, GRACE, isWhole, NO_GRACE, swept } from "./cleanup.ts";
export {
  filtered,
  PATCH_OP,
  patchOf,
  SCIM_GROUP,
  SCIM_USER,
  type ScimAnswer,
  type ScimClient,
  scimClient,
} from "./directory.ts";
export { FETCHED_NOW, fetchesOf, indexRows, tie, tiedRelease } from "./fetches.ts";
export {
  accountCtx,
  asMember,
  type Fixture,
  freshTenant,
  newUser,
  sessionOf,
  type TenantOptions,
  type TestUser,
} from "./fresh-tenant.ts";
export { lettersTo, letterTo, linkSecretIn } from "./letters.ts";
export { mapForTest } from "./map-for-test.ts";
export { archiveSigners, nameSigners } from "./name-signers.ts";
export { type OidcProvider, startOidcProvider } from "./oidc-provider.ts";
export { newRelease, publishAsset, type TestAsset } from "./publish-asset.ts";
export { IMAGE, INDEX, imageOf, type Pushed, pushBlob, pushImage, randomBlob, storedBytes } from "./push.ts";
export { type PushedIndex, pushIndex } from "./push-index.ts";
export { daysAgo, type Shop, withShop } from "./shop.ts";
export {
  type KeyPair,
  messageBundle,
  newKeyPair,
  payloadOf,
  signed,
  signImage,
  statementBundle,
} from "./sign-image.ts";
export { snapshot } from "./snapshot.ts";
export { startStripeLocal } from "./stripe-local.ts";
export { deliverEvents, type StripeTenant, stripeTenant } from "./stripe-tenant.ts";
export { personalToken, robotToken } from "./tokens.ts";
export { startUpstream, type TestUpstream, UPSTREAM_USER } from "./upstream.ts";
