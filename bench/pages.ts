import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { applyMigrations, pool, startEmbeddedPostgres } from "#lib/db/index.ts";
import { env, setEnv } from "#lib/env.ts";
import { createUser } from "#lib/identity/index.ts";
import { createTenant } from "#lib/tenancy/index.ts";
import { serve } from "./serve.ts";

const WORK = path.resolve(import.meta.dirname, "../.test/bench-pages");
const PORT = 3499;
const URL_OF_IT = `http://127.0.0.1:${PORT}`;
const TEAM = 10_000;
const TENANTS = 2_000;
const ACCOUNT = { email: "owner@bench.example", password: randomBytes(12).toString("hex") };

interface Options {
  /** Requests a page, one after another, after as many to warm up. */
  requests: number;
}

/**
 * How long the server takes for pages of a tenant with 10,000 people, for an account in 2,000 tenants; and whether a
 * stranger could tell a tenant that is there by the time that its 404 takes.
 */
export async function benchPages({ requests }: Options): Promise<void> {
  rmSync(WORK, { recursive: true, force: true });
  const database = await startEmbeddedPostgres({ dir: path.join(WORK, "postgres") });
  let server: ChildProcess | null = null;
  try {
    pointAt(database.url);
    await fill();
    server = await serve();
    const cookie = await signIn(ACCOUNT);
    console.log(`${TEAM} people on the team, ${TENANTS} tenants for the account; ${requests} requests each, in turn\n`);
    console.log(row(["page", "median ms", "p95 ms"]));
    for (const [name, at] of Object.entries(pages())) await measurePage(name, { at, cookie, requests });
    await compareStrangers(await signIn(await stranger()), requests * 4);
  } finally {
    server?.kill("SIGINT");
    await pool().end();
    await database.stop();
  }
}

function pointAt(url: string): void {
  setEnv({
    DATABASE_URL: url,
    DATA_DIR: path.join(WORK, "data"),
    PUBLIC_URL: URL_OF_IT,
    PORT: String(PORT),
    PURSER_SECRET: randomBytes(32).toString("base64"),
    NODE_ENV: "production",
    LOG_LEVEL: "error",
    WORKERS: "1",
  });
}

async function fill(): Promise<void> {
  await applyMigrations(env().DATABASE_URL);
  const owner = await createUser({ ...ACCOUNT, name: "Owner" });
  const system = { actor: { type: "system" } as const, requestId: "bench", now: new Date() };
  await createTenant(system, { slug: "large", name: "Large", ownerId: owner.id });
  await pool().query(
    `WITH people AS (
       INSERT INTO users (id, email, name)
       SELECT gen_random_uuid(), 'person' || n || '@bench.example', 'Person ' || n FROM generate_series(1, $1::int) n
       RETURNING id)
     INSERT INTO tenant_memberships (id, tenant_id, user_id, role)
     SELECT gen_random_uuid(), (SELECT id FROM tenants WHERE slug = 'large'), id, 'readonly' FROM people`,
    [TEAM],
  );
  await pool().query(
    `WITH many AS (
       INSERT INTO tenants (id, slug, name)
       SELECT gen_random_uuid(), 'vendor-' || n, 'Vendor ' || n FROM generate_series(1, $1::int) n RETURNING id)
     INSERT INTO tenant_memberships (id, tenant_id, user_id, role)
     SELECT gen_random_uuid(), id, $2::uuid, 'readonly' FROM many`,
    [TENANTS, owner.id],
  );
  await pool().query("ANALYZE");
}

async function stranger(): Promise<typeof ACCOUNT> {
  const account = { ...ACCOUNT, email: "stranger@bench.example" };
  await createUser(account);
  return account;
}

/** Signs in as the sign-in page does. @returns the cookies */
async function signIn(account: typeof ACCOUNT): Promise<string> {
  const first = await fetch(`${URL_OF_IT}/api/auth/csrf`);
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const body = new URLSearchParams({ ...account, csrfToken, json: "true" });
  const headers = { cookie: cookiesOf(first) };
  const answer = await fetch(`${URL_OF_IT}/api/auth/callback/credentials`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`signing in answered ${answer.status}`);
  return cookiesOf(answer);
}

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

function pages(): Record<string, string> {
  return {
    "tenants, first page": "/tenants?all",
    "tenants, searched": "/tenants?all&search=vendor+19",
    "team, first page": "/t/large/team",
    "team, searched": "/t/large/team?search=person99",
    "team, nobody found": "/t/large/team?search=nobody-of-that-name",
    products: "/t/large/products",
  };
}

async function measurePage(name: string, how: { at: string; cookie: string; requests: number }): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < how.requests * 2; n++) {
    const ms = await timed(how.at, how.cookie, 200);
    if (n >= how.requests) times.push(ms);
  }
  console.log(row([name, quantile(times, 0.5).toFixed(1), quantile(times, 0.95).toFixed(1)]));
}

/** The 404 of a tenant that is there and of one that is not, in turn. */
async function compareStrangers(cookie: string, requests: number): Promise<void> {
  const times = { there: [] as number[], nowhere: [] as number[] };
  for (let n = 0; n < requests * 2; n++) {
    const [there, nowhere] = [await timed("/t/large/team", cookie, 404), await timed("/t/larke/team", cookie, 404)];
    if (n < requests) continue;
    times.there.push(there);
    times.nowhere.push(nowhere);
  }
  const [there, nowhere] = [quantile(times.there, 0.5), quantile(times.nowhere, 0.5)];
  console.log(
    `\na stranger's 404, ${requests} each in turn, median: a tenant that is there ${there.toFixed(2)} ms, none`,
  );
  console.log(`${nowhere.toFixed(2)} ms, ratio ${(there / nowhere).toFixed(3)}`);
}

async function timed(at: string, cookie: string, status: number): Promise<number> {
  const began = performance.now();
  const answer = await fetch(URL_OF_IT + at, { headers: { cookie }, redirect: "manual" });
  await answer.arrayBuffer();
  if (answer.status !== status) throw new Error(`${at} answered ${answer.status}`);
  return performance.now() - began;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

const row = ([name = "", ...rest]: string[]) => name.padEnd(24) + rest.map((cell) => cell.padStart(12)).join("");
