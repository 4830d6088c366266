/**
 * The JSON door: the API under /v1 for access tokens, and the health checks.
 * Hidden: how a token becomes a context, what of a row is shown.
 */
export { API_ENDPOINTS, handleApi } from "./handle.ts";
export { handleLive, handleReady } from "./health.ts";
