/**
 * The registry's door: OCI distribution 1.1 under /v2, and Docker's token endpoint.
 * Speaks the protocol and nothing else: each request is one decision, one verb or one file.
 * Hidden: paths, ranges, challenges, scopes, the table of errors.
 */
export { handleOci, OCI_ENDPOINTS } from "./handle.ts";
export { handleToken } from "./token.ts";
