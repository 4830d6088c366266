import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isAlive } from "#lib/is-alive.ts";

/** A mistake in the surroundings: one line says it, no stack. */
export class SetupError extends Error {}

/**
 * Takes a data folder for this process alone: a second one would stop the first one's database.
 * @returns what gives it back
 * @throws SetupError where another process has it, with `hint` for what to do then
 */
export async function lockDataDir(dir: string, hint: string): Promise<() => Promise<void>> {
  const file = path.join(dir, "up.pid");
  const holder = existsSync(file) ? Number(await readFile(file, "utf8")) : 0;
  if (holder && isAlive(holder)) throw new SetupError(`${dir} is in use by process ${holder}; ${hint}`);
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}
