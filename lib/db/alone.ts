import pg from "pg";
import { env } from "../env.ts";

/**
 * Runs `work` while no other process of this database runs work under the same key: what must not be made twice at once,
 * and can't be in one transaction. The lock has a connection of its own and ends with it, also when the process dies.
 */
export async function alone<T>(key: number, work: () => Promise<T>, databaseUrl = env().DATABASE_URL): Promise<T> {
  const lock = new pg.Client({ connectionString: databaseUrl });
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock($1)", [key]);
    return await work();
  } finally {
    await lock.end();
  }
}
