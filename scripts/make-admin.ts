import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { setEnv, settingsBeforeDatabase } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";
import { lockDataDir, SetupError } from "./data-dir.ts";
import { prepare } from "./prepare.ts";

/**
 * `npm run make-admin -- <email>`: makes an account an instance admin, so that a new instance has its first one. On the
 * database at DATABASE_URL, or on the embedded one of an instance that is stopped.
 */
async function makeAdmin(email: string): Promise<string> {
  const settings = settingsBeforeDatabase();
  prepare();
  // Nothing here hangs on the instance's key, which the settings ask for.
  setEnv({ PURSER_SECRET: settings.PURSER_SECRET ?? randomBytes(48).toString("base64") });
  if (settings.DATABASE_URL) return appoint(email);
  const dir = path.join(settings.DATA_DIR, "postgres");
  if (!existsSync(dir)) {
    const where = "set DATABASE_URL, or DATA_DIR to an instance's folder";
    throw new SetupError(`there is no database in ${settings.DATA_DIR}; ${where}`);
  }
  const unlock = await lockDataDir(settings.DATA_DIR, "stop it first, or make admins at /admin/users");
  try {
    const { startEmbeddedPostgres } = await import("#lib/db/index.ts");
    const database = await startEmbeddedPostgres({ dir });
    setEnv({ DATABASE_URL: database.url });
    return await appoint(email).finally(() => database.stop());
  } finally {
    await unlock();
  }
}

async function appoint(email: string): Promise<string> {
  const { appointInstanceAdmin } = await import("#lib/instance/index.ts");
  const { closePool } = await import("#lib/db/index.ts");
  try {
    const { email: address, changed } = await appointInstanceAdmin(email);
    return `${address} is an instance admin${changed ? "" : " already; nothing was changed"}.`;
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code === "not_found") {
      throw new SetupError(
        `there is no account for ${email}; register it on the sign-in page first, then run this again`,
      );
    }
    throw new SetupError(`${email} ${error.message}`);
  } finally {
    await closePool();
  }
}

try {
  const [email, ...more] = process.argv.slice(2);
  if (!email || more.length > 0) throw new SetupError("say whom: npm run make-admin -- ana@example.com");
  console.log(await makeAdmin(email));
  process.exit(0);
} catch (error) {
  const known = error instanceof SetupError || (error as Error).name === "SettingsError";
  process.stderr.write(`purser: ${known ? (error as Error).message : (error as Error).stack}\n`);
  process.exit(1);
}
