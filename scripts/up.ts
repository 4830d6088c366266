import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import pg from "pg";
import type { EmbeddedPostgres } from "#lib/db/index.ts";
import { env, isChosen, setEnv, settingsBeforeDatabase } from "#lib/env.ts";
import { hasOutbox, outboxDir } from "#lib/mail/index.ts";
import type { Demo } from "../prisma/seed.ts";
import { lockDataDir, SetupError } from "./data-dir.ts";
import type { DemoStripe } from "./demo-stripe.ts";
import { guide } from "./guide.ts";
import { build, prepare } from "./prepare.ts";

// `npm run dev`: the same under `next dev`, which serves the data plane too and shows changes at once.
const DEV = process.argv[2] === "--dev";

/** `npm run up`: everything that Purser needs, from nothing to a page that answers. Ctrl-C stops it cleanly. */
async function up(): Promise<void> {
  const settings = settingsBeforeDatabase();
  await refuseTakenPort(settings.PORT, settings.HOST);
  if (settings.DATABASE_URL) await refuseUnreachable(settings.DATABASE_URL);
  await makeDataDir(settings.DATA_DIR);
  if (DEV) prepare();
  else build();
  const unlock = await lockDataDir(settings.DATA_DIR, "set DATA_DIR to another folder");
  const database = await openDatabase(settings);
  const stripe = await demoStripeUnlessChosen();
  try {
    setEnv({ PURSER_SECRET: settings.PURSER_SECRET ?? (await instanceSecret(settings.DATA_DIR)) });
    env();
    stopOnSignal();
    const demo = await migrateAndSeed(stripe);
    const outbox = hasOutbox() ? outboxDir() : null;
    if (!stopping) await serve(() => say(guide(env().PUBLIC_URL, { demo, outbox })));
  } finally {
    await stripe?.stop();
    await database?.stop();
    await unlock();
  }
}

type Settings = ReturnType<typeof settingsBeforeDatabase>;

function refuseTakenPort(port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is taken; set PORT to another" : `can't be used (${error.code})`;
      reject(new SetupError(`port ${port} ${why}`));
    });
    probe.listen({ port, host }, () => probe.close(() => resolve()));
  });
}

async function makeDataDir(dir: string): Promise<void> {
  try {
    // Nobody else may list it, but PostgreSQL's account passes through; what is inside has modes of its own.
    await mkdir(dir, { recursive: true, mode: 0o711 });
    await access(dir, constants.W_OK);
  } catch (error) {
    throw new SetupError(
      `DATA_DIR ${dir} can't be written to (${(error as NodeJS.ErrnoException).code}); set it to another folder`,
    );
  }
}

async function openDatabase(settings: Settings): Promise<EmbeddedPostgres | null> {
  if (settings.DATABASE_URL) return null;
  say("Starting PostgreSQL …");
  // Loaded here, since the generated client may not have been there before.
  const { startEmbeddedPostgres } = await import("#lib/db/index.ts");
  const database = await startEmbeddedPostgres({ dir: path.join(settings.DATA_DIR, "postgres") });
  setEnv({ DATABASE_URL: database.url });
  return database;
}

async function refuseUnreachable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    const { hostname, port } = new URL(url);
    throw new SetupError(`the database at ${hostname}:${port || 5432} can't be reached: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  return (inner as Error).message || String((inner as NodeJS.ErrnoException).code);
}

async function instanceSecret(dir: string): Promise<string> {
  const file = path.join(dir, "secret");
  if (!existsSync(file)) await writeFile(file, randomBytes(48).toString("base64"), { mode: 0o600 });
  return (await readFile(file, "utf8")).trim();
}

/** Buying works in the demo, too: unless STRIPE_API_URL names who takes the money, a stand-in does. */
async function demoStripeUnlessChosen(): Promise<DemoStripe | null> {
  if (isChosen("STRIPE_API_URL")) return null;
  const { demoStripe } = await import("./demo-stripe.ts");
  return demoStripe();
}

async function migrateAndSeed(stripe: DemoStripe | null): Promise<Demo | null> {
  const { applyMigrations, closePool } = await import("#lib/db/index.ts");
  const applied = await applyMigrations(env().DATABASE_URL);
  if (applied.length > 0) say(`Applied ${applied.length} migrations.`);
  const { seedDemo } = await import("../prisma/seed.ts");
  const fresh = await seedDemo(env().PUBLIC_URL, stripe?.open);
  if (fresh) say("Seeded a demo: the vendor Acme Software with a team, two members and two images.");
  await closePool();
  const file = path.join(env().DATA_DIR, "demo.json");
  const known = fresh ?? (existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as Demo) : null);
  if (!known) return null;
  if (!fresh) await stripe?.open();
  const demo = { ...known, url: env().PUBLIC_URL, stripe: stripe?.url() ?? null };
  await writeFile(file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  return demo;
}

// Prisma 7.10 asks pg two things at once, of which pg warns on every start: nothing that who runs this can mend.
const SERVER = ["--disable-warning=DeprecationWarning", "server.ts"];

/** Runs server.ts until it ends or we are told to stop, in which case it finishes what is under way. */
function serve(onReady: () => void): Promise<void> {
  say("Starting the server …");
  const args = DEV ? ["node_modules/next/dist/bin/next", "dev", "-p", String(env().PORT)] : SERVER;
  setEnv(DEV ? { NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1", NEXTAUTH_URL: env().PUBLIC_URL } : {});
  const child = spawn(process.execPath, args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  server = child;
  if (DEV) onReady();
  else child.once("message", onReady);
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => {
      if (code === 0 || stopping) resolve();
      else reject(new SetupError(`the server ended with ${signal ?? `code ${code}`}`));
    });
  });
}

let stopping = false;
let server: ChildProcess | undefined;

// From the moment there is a database to stop: before the server runs, what is under way is finished first.
function stopOnSignal(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      say("\nStopping …");
      server?.kill("SIGTERM");
    });
  }
}

function say(line: string): void {
  console.log(line);
}

try {
  await up();
  say("Stopped.");
  process.exit(0);
} catch (error) {
  process.stderr.write(`purser: ${error instanceof SetupError ? error.message : describe(error)}\n`);
  process.exit(error instanceof SetupError ? 1 : 2);
}

function describe(error: unknown): string {
  const { name, message, stack } = error as Error;
  return name === "SettingsError" ? message : (stack ?? message);
}
