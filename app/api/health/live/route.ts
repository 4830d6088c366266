// Mounted without Next, so that a check says what the process can do and not how the framework is (docs/adr/0001).
export { handleLive as GET, handleLive as HEAD } from "#lib/api/index.ts";
