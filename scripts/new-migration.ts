import path from "node:path";
import { applyMigrations, schemaDifference, startEmbeddedPostgres, writeMigration } from "#lib/db/index.ts";

/** `npm run db:migrate <name>`: writes the SQL that leads from the migrations so far to prisma/schema.prisma. */
const name = process.argv[2] ?? "";
if (!/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error("Name the migration in snake_case: npm run db:migrate add_invoices");
  process.exit(1);
}

const scratch = await startEmbeddedPostgres({ dir: path.resolve(".test/migrate"), settings: ["fsync=off"] });
try {
  const url = scratch.urlOf("postgres");
  const pg = await import("pg");
  const admin = new pg.default.Client({ connectionString: url });
  await admin.connect();
  await admin.query("DROP DATABASE IF EXISTS purser WITH (FORCE)");
  await admin.query("CREATE DATABASE purser");
  await admin.end();
  await applyMigrations(scratch.url);
  const sql = await schemaDifference(scratch.url);
  console.log(sql ? `Wrote ${await writeMigration(name, sql)}. Read it before you commit it.` : "Nothing to migrate.");
} finally {
  await scratch.stop();
  process.exit(); // the schema engine keeps a timer of ten seconds
}
