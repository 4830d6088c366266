import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { isChosen, setEnv, settingsBeforeDatabase } from "#lib/env.ts";
import { SetupError } from "./data-dir.ts";

/**
 * Reaches an instance's database from beside it: the one at DATABASE_URL, or the embedded one of DATA_DIR while it runs.
 * @throws SetupError where there is none
 */
export function reachDatabase(): void {
  const { DATA_DIR, DATABASE_URL, PURSER_SECRET } = settingsBeforeDatabase();
  const kept = path.join(DATA_DIR, "secret");
  const secret = PURSER_SECRET ?? (existsSync(kept) ? readFileSync(kept, "utf8").trim() : null);
  // Without the instance's key a file can't say that this instance wrote it; it is restored all the same.
  setEnv({ PURSER_SECRET: secret ?? randomBytes(48).toString("base64") });
  if (!isChosen("LOG_LEVEL")) setEnv({ LOG_LEVEL: "warn" });
  if (DATABASE_URL) return;
  const pid = path.join(DATA_DIR, "postgres", "postmaster.pid");
  // Its fifth line is the folder of its socket (PostgreSQL, "postmaster.pid").
  const socket = existsSync(pid) ? readFileSync(pid, "utf8").split("\n")[4] : null;
  if (!socket) throw new SetupError(`no database runs in ${DATA_DIR}: start the instance, or set DATABASE_URL`);
  setEnv({ DATABASE_URL: `postgresql://purser@localhost/purser?host=${encodeURIComponent(socket)}` });
}

/** A passphrase as the first line of a file has it. @throws SetupError */
export function passphraseIn(file: string | undefined): string {
  if (!file) throw new SetupError("say where the passphrase is: --passphrase-file <file>");
  const [passphrase = ""] = readFileSync(file, "utf8").split("\n");
  if (passphrase.length < 12) throw new SetupError(`the first line of ${file} must have at least 12 characters`);
  return passphrase;
}

/** Says what went wrong in a line, and ends with 1. */
export function fail(error: unknown, isOurs: boolean): never {
  const { name, message, stack } = error as Error;
  const known = isOurs || error instanceof SetupError || name === "SettingsError" || name === "TypeError";
  process.stderr.write(`purser: ${known ? message : stack}\n`);
  process.exit(1);
}
