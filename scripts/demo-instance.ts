import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnv } from "#lib/env.ts";
import { freePort } from "#lib/free-port.ts";

const START_SECONDS = 240;
const STOP_SECONDS = 30;

export interface DemoInstance {
  url: string;
  /** What the seed says of itself: accounts, passwords, tokens. */
  demoFile: string;
  /** Ends it as Ctrl-C does. @throws where it does not end cleanly */
  stop(): Promise<void>;
}

/** Starts Purser as `npm run up` does, on a free port and a folder of its own, and waits until its pages answer. */
export async function startDemoInstance(dataDir: string): Promise<DemoInstance> {
  await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const logFile = `${dataDir}.log`;
  const child = spawn(process.execPath, ["scripts/up.ts"], {
    // Nothing of the surroundings may lead it to a real database.
    env: childEnv({
      CI: "1",
      DATA_DIR: dataDir,
      DATABASE_URL: "",
      S3_BUCKET: "",
      STRIPE_API_URL: "",
      PURSER_SECRET: "",
      HOST: "",
      PORT: String(port),
      PUBLIC_URL: url,
      WORKERS: "2",
      LOG_LEVEL: "warn",
      // The registry that a journey mirrors is on this machine.
      OUTGOING_ALLOW: "127.0.0.1",
    }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const demoFile = path.join(dataDir, "demo.json");
  try {
    await untilReady(child, { url, demoFile });
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${(error as Error).message}:\n${readFileSync(logFile, "utf8").slice(-4000)}`, { cause: error });
  }
  return { url, demoFile, stop: () => stop(child, { dataDir, logFile }) };
}

async function untilReady(child: ChildProcess, demo: { url: string; demoFile: string }): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the instance ended with code ${child.exitCode} before it was ready`);
    if (existsSync(demo.demoFile) && (await answers(demo.url))) return;
    await sleep(250);
  }
  throw new Error(`the instance was not ready after ${START_SECONDS} s`);
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5000) }).catch(() => null);
  return response !== null && response.status < 500;
}

async function stop(child: ChildProcess, files: { dataDir: string; logFile: string }): Promise<void> {
  if (child.exitCode === null) {
    const exited = once(child, "exit");
    child.kill("SIGINT");
    const late = sleep(STOP_SECONDS * 1000, "late", { ref: false });
    if ((await Promise.race([exited, late])) === "late") child.kill("SIGKILL");
    await exited;
  }
  if (child.exitCode !== 0) {
    const words = readFileSync(files.logFile, "utf8").slice(-2000);
    throw new Error(`the instance ended with ${child.signalCode ?? `code ${child.exitCode}`}, not cleanly:\n${words}`);
  }
  await rm(files.dataDir, { recursive: true, force: true });
}
