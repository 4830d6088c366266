import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { expect } from "playwright/test";
import { freePort } from "../lib/free-port.ts";
import type { Demo } from "../prisma/seed.ts";
import { settings } from "./settings.ts";

const ROOT = path.resolve(import.meta.dirname, "..");

/** An instance with a demo of its own, beside the running one, for what that should be spared. */
export interface OwnInstance {
  demo: Demo;
  /** Ends every process that serves, without a word; others take their place. */
  killWorkers(): void;
  stop(): Promise<void>;
}

/** Starts one as `npm run up` does, from the build that the running one is of. */
export async function ownInstance(): Promise<OwnInstance> {
  const dir = mkdtempSync(path.join(ROOT, ".test/own-"));
  const port = await freePort();
  const own = { PORT: String(port), DATA_DIR: dir, DATABASE_URL: "", PUBLIC_URL: "", OUTGOING_ALLOW: "127.0.0.1" };
  const child = spawn(process.execPath, ["scripts/up.ts"], {
    cwd: ROOT,
    env: { ...settings.environment, ...own, WORKERS: "2", LOG_LEVEL: "fatal" },
    stdio: "ignore",
  });
  const url = `http://localhost:${port}`;
  const ready = () =>
    fetch(`${url}/api/health/ready`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ready, { timeout: 150_000, intervals: [500] }).toBe(200);
  return {
    demo: JSON.parse(readFileSync(path.join(dir, "demo.json"), "utf8")),
    killWorkers: () => {
      for (const pid of workersOf(child)) process.kill(pid, "SIGKILL");
    },
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The children of the process that supervises them, which is a child of `npm run up`'s. */
function workersOf({ pid = 0 }: ChildProcess): number[] {
  return childrenOf(pid)
    .filter((one) => readFileSync(`/proc/${one}/cmdline`, "utf8").includes("server.ts"))
    .flatMap(childrenOf);
}

function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"));
  return lists.join(" ").split(/\s+/).filter(Boolean).map(Number);
}
