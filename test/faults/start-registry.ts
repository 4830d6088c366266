import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import path from "node:path";
import { childEnv } from "#lib/env.ts";
import { type RawAnswer, rawRequest } from "../../server/listen-for-test.ts";
import type { Fault } from "./registry.ts";

export interface Registry {
  pid: number;
  port: number;
  arm(fault: Fault): Promise<void>;
  /** An answer, or null where the process died before it. */
  ask(call: Parameters<typeof rawRequest>[1]): Promise<RawAnswer | null>;
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** How many file descriptors a process has open. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Starts the registry in a process of its own, on the worker's database and store; `files` limits its descriptors. */
export async function startRegistry(how: { env?: Record<string, string>; files?: number } = {}): Promise<Registry> {
  const script = path.resolve("test/faults/registry.ts");
  const args = ["--disable-warning=DeprecationWarning", script];
  const limited = ["-c", `ulimit -n ${how.files} && exec "$0" "$@"`, process.execPath, ...args];
  const [program, argv] = how.files ? ["bash", limited] : [process.execPath, args];
  const child = spawn(program, argv, { env: childEnv(how.env ?? {}), stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const { port } = (await message(child, ended)) as { port: number };
  return {
    pid: child.pid ?? 0,
    port,
    ended,
    async arm(fault) {
      child.send(fault);
      await message(child, ended);
    },
    ask: (call) => rawRequest(port, call).catch(() => null),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended;
    },
  };
}

async function message(child: ChildProcess, ended: Promise<unknown>): Promise<unknown> {
  const dead = ended.then(() => {
    throw new Error("the registry ended before it answered");
  });
  const [said] = (await Promise.race([once(child, "message"), dead])) as unknown[];
  return said;
}
