import { type ChildProcess, spawn } from "node:child_process";
import { childEnv } from "#lib/env.ts";

/** Starts the built server by the settings of this process. Returns once it listens. */
export async function serve(): Promise<ChildProcess> {
  const args = ["--disable-warning=DeprecationWarning", "server.ts"];
  const child = spawn(process.execPath, args, { env: childEnv({}), stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", () => reject(new Error("the server did not start")));
  });
  return child;
}
