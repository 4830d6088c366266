// Next 16 also calls this file proxy.ts; docs and threats name it middleware.
export { gate as middleware } from "#lib/web/gate/index.ts";

export const config = { runtime: "nodejs", matcher: ["/t/:path*", "/admin/:path*"] };
