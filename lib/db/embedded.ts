import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { log } from "../log.ts";
import { type Account, reachableBinaries, reachableDir, run, serverAccount } from "./embedded-account.ts";

export interface EmbeddedOptions {
  /** The folder that keeps the database; made where it is missing. */
  dir: string;
  /** Extra `name=value` settings for the server. */
  settings?: readonly string[];
}

export interface EmbeddedPostgres {
  /** A superuser's URL of database `purser`, over a socket that only this account can open. */
  url: string;
  urlOf(database: string): string;
  /** Ends sessions and stops the server cleanly; waits for it. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL 18 from npm on a Unix socket: no port, no password, nothing to set up. One that a killed process
 * left behind is stopped first. It runs in a process group of its own, so that Ctrl-C stops those who use it before it.
 * @throws with the server's own last words when it does not start
 */
export async function startEmbeddedPostgres({ dir, settings = [] }: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const account = await serverAccount();
  const binaries = await reachableBinaries(account);
  const dataDir = await reachableDir(dir, account);
  const socketDir = await makeSocketDir(dataDir, account);

  if (!existsSync(path.join(dataDir, "PG_VERSION"))) {
    const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"];
    await run(binaries.initdb, ["-D", dataDir, "-U", "purser", "--auth=trust", ...locale], account);
  } else if (existsSync(path.join(dataDir, "postmaster.pid"))) {
    await run(binaries.pg_ctl, ["stop", "-D", dataDir, "-m", "fast", "-w"], account).catch(() => undefined);
  }

  const values = ["listen_addresses=", `unix_socket_directories=${socketDir}`, "max_connections=200", ...settings];
  const args = ["-D", dataDir, ...values.flatMap((value) => ["-c", value])];
  const server = keepRunning(() =>
    spawn(binaries.postgres, args, { ...account, detached: true, stdio: ["ignore", "ignore", "pipe"] }),
  );
  const urlOf = (database: string) => `postgresql://purser@localhost/${database}?host=${encodeURIComponent(socketDir)}`;
  await untilReady(server, urlOf("postgres"));
  await ensureDatabase(urlOf("postgres"), "purser");
  const stop = async () => {
    await server.stop();
    await rm(socketDir, { recursive: true, force: true });
  };
  return { url: urlOf("purser"), urlOf, stop };
}

interface Kept {
  /** The exit code of a server that did not come up, or null. */
  failed(): number | null;
  lastWords(): string;
  stop(): Promise<void>;
}

/** Starts a server, and again a second after it ends before its time: whoever waits for it meanwhile is told 503. */
function keepRunning(start: () => ChildProcess): Kept {
  let [stopping, words, code]: [boolean, string, number | null] = [false, "", null];
  let child = start();
  const watch = () => {
    const began = Date.now();
    child.stderr?.on("data", (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-2000);
    });
    child.once("exit", (exitCode, signal) => {
      if (stopping) return;
      log.error(
        { code: exitCode, signal, words: words.trim() },
        "PostgreSQL ended before its time; it is started again",
      );
      // One that never came up would not the next time either.
      if (Date.now() - began < 1000) code = exitCode ?? 1;
      else setTimeout(() => stopping || again(), 1000);
    });
  };
  const again = () => {
    child = start();
    watch();
  };
  watch();
  const stop = () => {
    stopping = true;
    return stopServer(child);
  };
  return { failed: () => code, lastWords: () => words.trim(), stop };
}

async function makeSocketDir(dataDir: string, account: Account): Promise<string> {
  // A socket's path must stay under 108 bytes, so it can't live beside the data.
  const hash = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  const dir = path.join(tmpdir().length < 60 ? tmpdir() : "/tmp", `purser-${hash}`);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  if (account.uid !== undefined) await chown(dir, account.uid, account.gid ?? account.uid);
  return dir;
}

async function untilReady(server: Kept, url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (server.failed() !== null) throw new Error(`PostgreSQL did not start:\n${server.lastWords()}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL did not start:\n${server.lastWords()}`, { cause: error });
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once("exit", () => resolve());
    server.kill("SIGINT"); // PostgreSQL's "fast" shutdown
  });
}
