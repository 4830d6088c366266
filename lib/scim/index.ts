/**
 * The door for directories: SCIM 2.0 (RFC 7643, RFC 7644) under /scim/v2/<tenant>, as Okta and Entra ID speak it.
 * Hidden: filters, paths and PATCH, how a request's shape becomes a change of lib/directory, the limits.
 */
export { handleScim } from "./handle.ts";
