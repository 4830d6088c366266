import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "#lib/db/index.ts";
import { isAlive } from "../is-alive.ts";
import { processGlobal } from "../process-global.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's URL of the server; the path names no database of ours. */
    serverUrl: string;
  }
}

export const TEMPLATE = "purser_template";

interface Server {
  url: string;
  stop(): Promise<void>;
}

const ours = processGlobal("testing.server", () => ({ projects: 0, server: null as Promise<Server> | null }));

/** One PostgreSQL for the whole run, whatever its projects, with a migrated database that each worker copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ours.server ??= start();
  const { url, stop } = await ours.server;
  ours.projects++;
  project.provide("serverUrl", url);
  return async () => {
    if (--ours.projects > 0) return;
    ours.server = null;
    await stop();
  };
}

async function start(): Promise<Server> {
  const claim = await claimDir(path.resolve(".test/postgres"));
  // Durability is not what tests test: a crash here loses nothing.
  const settings = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"];
  const server = await startEmbeddedPostgres({ dir: claim.dir, settings });
  const stop = async () => {
    await server.stop();
    await claim.release();
  };
  try {
    await makeTemplate(server.urlOf("postgres"), server.urlOf(TEMPLATE));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: server.urlOf("postgres"), stop };
}

async function makeTemplate(serverUrl: string, templateUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  try {
    const old = await admin.query<{ datname: string }>("SELECT datname FROM pg_database WHERE datname ~ '^purser_'");
    for (const { datname } of old.rows) await admin.query(`DROP DATABASE ${admin.escapeIdentifier(datname)}`);
    await admin.query(`CREATE DATABASE ${TEMPLATE}`);
    await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, "migrate-template.ts"), templateUrl]);
    await admin.query(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`);
  } finally {
    await admin.end();
  }
}

/** The folder, or one of this run's own where another run in the same tree holds it. */
async function claimDir(dir: string): Promise<{ dir: string; release(): Promise<void> }> {
  const lock = `${dir}.lock`;
  await mkdir(path.dirname(dir), { recursive: true });
  const holder = Number(await readFile(lock, "utf8").catch(() => "0"));
  if (holder > 0 && isAlive(holder)) {
    const own = `${dir}-${process.pid}`;
    return { dir: own, release: () => rm(own, { recursive: true, force: true }) };
  }
  await writeFile(lock, String(process.pid));
  // Files of databases that are gone: a clean-up would refuse the store as another's.
  const left = (await readdir(path.dirname(dir))).filter((name) => /^data-\d+$/.test(name));
  for (const name of left) await rm(path.join(path.dirname(dir), name), { recursive: true, force: true });
  return { dir, release: () => rm(lock, { force: true }) };
}
