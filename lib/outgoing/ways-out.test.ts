import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const FOLDERS = ["app", "components", "lib", "server"];

/** What can open a connection to somewhere else, as code of ours would come by it. */
const WAYS: Readonly<Record<string, RegExp>> = {
  fetch: /(?<![\w.])fetch\(/,
  "a socket of the browser's": /\bnew (XMLHttpRequest|EventSource|WebSocket)\(|\bsendBeacon\(/,
  "node:http": /import \{[^}]*\b(request|get|Agent)\b[^}]*\} from "node:https?"|import \w+ from "node:https?"/,
  "node:net":
    /import \{[^}]*\b(connect|createConnection|Socket)\b[^}]*\} from "node:(net|tls)"|from "node:(http2|dgram)"/,
  "node:dns": /from "node:dns/,
  "a client":
    /from "(undici|axios|got|ky|node-fetch|ws|nodemailer|stripe|openid-client|pg|tus-js-client|@aws-sdk\/[\w-]+)"|import\("@aws-sdk/,
  "next-auth": /from "next-auth\/providers\//,
  "a program": /import \{[^}]*\b(exec|execFile|fork|spawn)\w*\b[^}]*\} from "node:child_process"/,
};

/**
 * Every file that has one, with who names the address: `lib/outgoing` for what a vendor names, and these. Whoever adds to
 * them says why nobody but the operator chooses where it goes (threats.md, 20; docs/security.md, "Calls that Purser makes").
 */
const KNOWN: Readonly<Record<string, string>> = {
  "lib/outgoing/outgoing.ts": "the one way to what a vendor names",
  "lib/outgoing/pin.ts": "asks for the addresses that are then judged",
  "lib/billing/stripe-client.ts": "Stripe, or STRIPE_API_URL, which the operator sets: a vendor chooses a key alone",
  "lib/billing/webhook-signature.ts": "checks signatures, and asks nobody",
  "lib/db/alone.ts": "the operator's database, DATABASE_URL",
  "lib/db/embedded.ts": "starts PostgreSQL on this machine, and connects to it",
  "lib/db/embedded-account.ts": "makes the account that PostgreSQL runs as",
  "lib/db/pool.ts": "the operator's database, DATABASE_URL",
  "lib/db/schema-engine.ts": "the operator's database, DATABASE_URL",
  "lib/db/snapshot.ts": "the operator's database, DATABASE_URL",
  "lib/db/watch.ts": "the operator's database, DATABASE_URL",
  "lib/mail/send.ts": "the operator's mail server, SMTP_URL",
  "lib/storage/bucket.ts": "the operator's bucket, S3_ENDPOINT",
  "lib/upstream/pull/one-fetch.ts": "`fetch` is what its caller passes: the upstream client, by lib/outgoing",
  "components/backups/send-backup.ts": "a browser, to its own server",
  "components/releases/upload-one.ts": "a browser, to its own server",
  "components/runs/run-progress.tsx": "a browser, to its own server",
  "lib/web/auth-providers.ts": "GitHub's own address; the others are next-auth's, for OIDC_ISSUER",
};

const OF_TESTS = /\.(test|contract|fixture)\.tsx?$|-for-test\.ts$|^(lib\/testing|lib\/db\/generated|server\/clients)\//;
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => path.join(folder, file)),
)
  .filter((file) => /\.tsx?$/.test(file) && !OF_TESTS.test(file))
  .map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")] as const);

function waysIn(text: string): string[] {
  // Types are erased, and words are no code.
  const code = text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
    .replace(/^import type .*$/gm, "")
    .replace(/\btype \w+,?/g, "");
  return Object.entries(WAYS).flatMap(([way, pattern]) => (pattern.test(code) ? [way] : []));
}

describe("a way out of this server", () => {
  it.each([
    ['await fetch("http://x")', ["fetch"]],
    ['import { request } from "node:http";', ["node:http"]],
    ['import { createServer } from "node:http";', []],
    ['import type { IncomingMessage } from "node:http";', []],
    ['import { connect } from "node:tls";', ["node:net"]],
    ['import { isIP } from "node:net";', []],
    ['import Stripe from "stripe";', ["a client"]],
    ['import { Pool } from "undici";', ["a client"]],
    ["await upstream.fetch(x); prefetch(x);", []],
  ])("is seen in %s", (text, ways) => {
    expect(waysIn(text)).toEqual(ways);
  });

  it("is lib/outgoing, or one that the operator alone directs, with its reason", () => {
    expect(sources.length).toBeGreaterThan(500);
    const found = sources.flatMap(([file, text]) => waysIn(text).map((way) => `${file}: ${way}`));
    expect(found.filter((line) => !((line.split(":")[0] as string) in KNOWN))).toEqual([]);
    // What is listed and is none any more would hide the next one.
    expect(Object.keys(KNOWN).filter((file) => !found.some((line) => line.startsWith(`${file}:`)))).toEqual([]);
  });
});
