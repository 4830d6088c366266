// Mounted without Next, like the one beside it.
export { handleReady as GET, handleReady as HEAD } from "#lib/api/index.ts";
