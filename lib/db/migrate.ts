import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { alone } from "./alone.ts";
import { datamodel, FILTERS, MIGRATIONS, type MigrationList, schemaEngine } from "./schema-engine.ts";

// Any fixed number will do: it keeps two processes from migrating at once.
const MIGRATION_LOCK = 7_287_737;

/**
 * Applies what is missing of prisma/migrations, in order, and keeps `_prisma_migrations` as `prisma migrate` would.
 * @returns the names of the migrations applied now
 * @throws when a migration fails, or when an applied one was changed since
 */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const migrate = async () => {
    const engine = await schemaEngine(databaseUrl);
    const done = await engine.applyMigrations({ migrationsList: await migrationList(), filters: FILTERS });
    return done.appliedMigrationNames;
  };
  return alone(MIGRATION_LOCK, migrate, databaseUrl);
}

/**
 * The SQL that leads from the database as it is to the schema file; empty where they agree.
 * Triggers, partitions and partial indexes are unknown to Prisma and left alone.
 */
export async function schemaDifference(databaseUrl: string): Promise<string> {
  const engine = await schemaEngine(databaseUrl);
  const schema = await datamodel();
  const result = await engine.diff({
    from: { tag: "schemaDatasource", files: [schema], configDir: path.dirname(schema.path) },
    to: { tag: "schemaDatamodel", files: [schema] },
    script: true,
    exitCode: null,
    filters: FILTERS,
  });
  return result.stdout?.includes("This is an empty migration") ? "" : (result.stdout ?? "");
}

/** Writes a new migration. @returns the path of its file */
export async function writeMigration(name: string, sql: string): Promise<string> {
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = path.join(MIGRATIONS, `${stamp}_${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "migration.sql"), sql);
  return path.join(folder, "migration.sql");
}

async function migrationList(): Promise<MigrationList> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: MIGRATIONS,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(path.join(MIGRATIONS, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(folders.sort().map(migrationDirectory)),
  };
}

async function migrationDirectory(folder: string): Promise<MigrationList["migrationDirectories"][number]> {
  const value = await readFile(path.join(MIGRATIONS, folder, "migration.sql"), "utf8");
  return { path: folder, migrationFile: { path: "migration.sql", content: { tag: "ok", value } } };
}
