import { applyMigrations } from "#lib/db/index.ts";
import { env } from "#lib/env.ts";

/** `npm run db:deploy`: brings the database at DATABASE_URL up to date. Safe to run twice, and from two hosts at once. */
const applied = await applyMigrations(env().DATABASE_URL);
console.log(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is up to date.");
process.exit();
