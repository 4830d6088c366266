/**
 * Telling members by mail of a new version of what they can have, once, unless they don't want that.
 * Hidden: when a version is told, to whom, what a letter says, how a link proves whose it is.
 */
export { announceReleases } from "./announce.ts";
export {
  findMailPreference,
  findOwnReleaseMail,
  type MailPreference,
  SetReleaseMail,
  setOwnReleaseMail,
  setReleaseMail,
} from "./preference.ts";
