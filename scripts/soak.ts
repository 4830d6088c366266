import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { childEnv } from "#lib/env.ts";
import { build } from "./prepare.ts";

/** `npm run soak [-- --seconds 600]`: everything at once on a built server, and every invariant at the end. */
const { values } = parseArgs({ options: { seconds: { type: "string", default: "600" } } });
build();
const args = ["run", "-c", "vitest.built.config.ts", "test/soak"];
const env = childEnv({ SOAK_SECONDS: values.seconds });
const soak = spawn(path.resolve("node_modules/.bin/vitest"), args, { env, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => soak.kill(signal));
soak.once("exit", (code) => process.exit(code ?? 1));
