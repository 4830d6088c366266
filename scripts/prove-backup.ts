import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setEnv } from "#lib/env.ts";
import { prepare } from "./prepare.ts";

/**
 * `npm run prove:backup [members] [products] [megabytes]`: a large tenant is backed up, changed, restored whole and one product
 * of it, and compared row by row and digest by digest. Prints what it took. On a database and a store of its own.
 */
prepare();
const [members = 10_000, products = 200, megabytes = 2000] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(path.join(tmpdir(), "purser-prove-"));
const { startEmbeddedPostgres, applyMigrations } = await import("#lib/db/index.ts");
const database = await startEmbeddedPostgres({ dir: path.join(dir, "postgres") });
try {
  const PURSER_SECRET = randomBytes(48).toString("base64");
  setEnv({ DATABASE_URL: database.url, DATA_DIR: dir, PURSER_SECRET, LOG_LEVEL: "error" });
  await applyMigrations(database.url);
  const { proveBackup } = await import("../bench/backup.ts");
  await proveBackup({ members, products, megabytes });
  const { proveInstance } = await import("../bench/backup-instance.ts");
  await proveInstance(database.urlOf);
} finally {
  await database.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit();
