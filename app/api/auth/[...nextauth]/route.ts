export { handleAuth as GET, handleAuth as POST } from "#lib/web/index.ts";
