import { applyMigrations } from "#lib/db/index.ts";

// A process of its own: the schema engine keeps a timer of ten seconds, which would hold up the end of every run.
await applyMigrations(process.argv[2] ?? "");
process.exit();
