import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { Agent, request } from "node:http";
import path from "node:path";
import { connectStripe, setPrice } from "#lib/billing/index.ts";
import { createProduct } from "#lib/catalog/index.ts";
import { applyMigrations, pool, startEmbeddedPostgres } from "#lib/db/index.ts";
import { env, setEnv } from "#lib/env.ts";
import { createUser } from "#lib/identity/index.ts";
import { createTenant } from "#lib/tenancy/index.ts";
import { cpuSeconds } from "./process-tree.ts";
import { serve } from "./serve.ts";
import type { SignedEvent, StandIn } from "./stripe-stand-in.ts";

const WORK = path.resolve(import.meta.dirname, "../.test/bench-webhooks");
const PORT = 3498;
const AT_ONCE = 50;
const SLUG = "vendor";

interface Options {
  customers: number;
  /** Each round is a real change for every customer: the add-on is given, or taken. */
  rounds: number;
}

/**
 * How many of Stripe's events the server takes a second, with 50 in flight, each from signature to commit: the customer is
 * read from the stand-in, the ledger changes, the audit log says so. The stand-in has a process of its own.
 */
export async function benchWebhooks(options: Options): Promise<void> {
  rmSync(WORK, { recursive: true, force: true });
  const database = await startEmbeddedPostgres({ dir: path.join(WORK, "postgres") });
  const standIn = fork(path.join(import.meta.dirname, "stripe-stand-in.ts"), [], { serialization: "advanced" });
  let server: ChildProcess | null = null;
  try {
    const stripe = await ask<StandIn>(standIn, { customers: options.customers });
    pointAt(database.url, stripe.url);
    await fill(stripe);
    server = await serve();
    await measure({ standIn, server: server.pid ?? 0, database: postgresOf(process.pid) }, options);
    await expectTheLedgerIsRight(options);
  } finally {
    server?.kill("SIGINT");
    standIn.kill();
    await pool().end();
    await database.stop();
  }
}

async function ask<T>(standIn: ChildProcess, asked: object): Promise<T> {
  standIn.send(asked);
  const [answer] = (await once(standIn, "message")) as [T];
  return answer;
}

function pointAt(url: string, stripeUrl: string): void {
  setEnv({
    DATABASE_URL: url,
    DATA_DIR: path.join(WORK, "data"),
    PUBLIC_URL: `http://127.0.0.1:${PORT}`,
    PORT: String(PORT),
    PURSER_SECRET: randomBytes(32).toString("base64"),
    NODE_ENV: "production",
    LOG_LEVEL: "error",
    WORKERS: "2",
    STRIPE_API_URL: stripeUrl,
  });
}

async function fill({ key, secret, plan, addOn, customers }: StandIn): Promise<void> {
  await applyMigrations(env().DATABASE_URL);
  const owner = await createUser({
    email: "owner@bench.example",
    name: "Owner",
    password: randomBytes(12).toString("hex"),
  });
  const system = { actor: { type: "system" } as const, requestId: "bench", now: new Date() };
  const tenant = await createTenant(system, { slug: SLUG, name: "Vendor", ownerId: owner.id });
  const ctx = { ...system, tenant: { id: tenant.id, slug: SLUG, name: "Vendor" } };
  const byOwner = {
    ...ctx,
    actor: { type: "user", id: owner.id, email: "owner@bench.example", role: "owner" } as const,
  };
  const product = await createProduct(byOwner, { name: "Premium", slug: "premium" });
  await pool().query(
    `WITH people AS (SELECT n, md5('user' || n)::uuid AS user_id, customer
       FROM unnest($2::text[]) WITH ORDINALITY AS c(customer, n)),
     u AS (INSERT INTO users (id, email) SELECT user_id, 'person' || n || '@bench.example' FROM people)
     INSERT INTO members (id, tenant_id, user_id, stripe_customer_id)
     SELECT gen_random_uuid(), $1, user_id, customer FROM people`,
    [tenant.id, customers],
  );
  await connectStripe(byOwner, { key, webhookSecret: secret });
  await setPrice(byOwner, { priceId: plan, membership: true, productIds: [] });
  await setPrice(byOwner, { priceId: addOn, membership: false, productIds: [product.id] });
  await pool().query("ANALYZE");
}

/** The database's process, a child of this one. */
function postgresOf(parent: number): number {
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(parent)], { encoding: "utf8" });
  return Number(
    children
      .split("\n")
      .find((line) => line.includes("bin/postgres"))
      ?.trim()
      .split(" ")[0],
  );
}

interface Processes {
  standIn: ChildProcess;
  server: number;
  database: number;
}

async function measure({ standIn, server, database }: Processes, { customers, rounds }: Options): Promise<void> {
  console.log(`${customers} customers of one vendor, ${AT_ONCE} events in flight, each a change of the ledger\n`);
  console.log(row(["round", "events/s", "p50 ms", "p99 ms", "503s", "server ms", "database ms", "stand-in ms"]));
  const cpu = () => [server, database, standIn.pid ?? 0].map(cpuSeconds);
  for (let round = 0; round < rounds; round++) {
    const events = await ask<SignedEvent[]>(standIn, { round });
    const [before, began] = [cpu(), performance.now()];
    const { times, again } = await deliver(events);
    const seconds = (performance.now() - began) / 1000;
    const spent = cpu().map((after, at) => (((after - (before[at] ?? 0)) * 1000) / events.length).toFixed(1));
    const name = round === 0 ? "first (cold)" : String(round + 1);
    const quantiles = [0.5, 0.99].map((part) => quantile(times, part).toFixed(0));
    console.log(row([name, (events.length / seconds).toFixed(0), ...quantiles, String(again), ...spent]));
  }
  console.log("\nCPU is that of all processes of each, an event.");
}

/** @returns how long each took until it was taken, in ms, and how often one had to come again @throws where one is refused */
async function deliver(events: readonly SignedEvent[]): Promise<{ times: number[]; again: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const times: number[] = [];
  let again = 0;
  const waiting = events.values();
  const client = async () => {
    for (const event of waiting) {
      const began = performance.now();
      while ((await post(event, agent)) === 503) again++;
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  agent.destroy();
  return { times, again };
}

function post({ body, signature }: SignedEvent, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "stripe-signature": signature,
    };
    const at = { host: "127.0.0.1", port: PORT, method: "POST", path: `/api/stripe/webhook/${SLUG}`, headers, agent };
    const sent = request(at, (response) => {
      response.resume();
      response.once("end", () => {
        const { statusCode = 0 } = response;
        if (statusCode === 200 || statusCode === 503) resolve(statusCode);
        else reject(new Error(`an event was answered ${statusCode}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** What was measured did what it should have. */
async function expectTheLedgerIsRight({ customers, rounds }: Options): Promise<void> {
  const { rows } = await pool().query<{ members: number; held: number; events: number }>(
    `SELECT (SELECT count(*)::int FROM subscriptions WHERE ended_at IS NULL) AS members,
       (SELECT count(*)::int FROM entitlements WHERE revoked_at IS NULL) AS held,
       (SELECT count(*)::int FROM stripe_events WHERE processed_at IS NOT NULL) AS events`,
  );
  const wanted = { members: customers, held: rounds % 2 === 0 ? 0 : customers, events: customers * rounds };
  if (JSON.stringify(rows[0]) !== JSON.stringify(wanted)) {
    throw new Error(`the ledger holds ${JSON.stringify(rows[0])} and not ${JSON.stringify(wanted)}`);
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

const row = ([name = "", ...rest]: string[]) => name.padEnd(14) + rest.map((cell) => cell.padStart(12)).join("");
