/**
 * The JSON door: the API under /v1 for access tokens, a table from which it is also described, and the health checks.
 * Hidden: how a token becomes a context, how calls are counted, what of a row is shown.
 */
export { handleApi } from "./handle.ts";
export { handleLive, handleReady } from "./health.ts";
export { API_ENDPOINTS } from "./operations.ts";
export { type ApiReference, apiReference } from "./reference.ts";
