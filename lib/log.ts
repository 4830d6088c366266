import pino from "pino";
import { logLevel } from "./env.ts";
import { processGlobal } from "./process-global.ts";

/** Structured log on standard output, one JSON object a line. Secrets never reach it; what might hold one is redacted. */
export const log = processGlobal("log", () =>
  pino({
    level: logLevel(),
    base: { pid: process.pid },
    redact: ["authorization", "cookie", "password", "token", "*.authorization", "*.cookie", "*.password", "*.token"],
  }),
);
