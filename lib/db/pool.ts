import pg from "pg";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { processGlobal } from "../process-global.ts";

const SESSION = {
  // Look-ups by key: one plan fits all values, and planning a decision costs more than taking it.
  plan_cache_mode: "force_generic_plan",
  // No request needs longer, and what hangs must not keep a connection from the others.
  statement_timeout: "20s",
  lock_timeout: "10s",
  idle_in_transaction_session_timeout: "20s",
};

/** The process's connections, shared by Prisma and the prepared statements of the hot paths. */
export function pool(): pg.Pool {
  return processGlobal("pool", () => {
    const made = new pg.Pool({
      connectionString: env().DATABASE_URL,
      max: env().DATABASE_CONNECTIONS,
      connectionTimeoutMillis: 5000,
      application_name: "purser",
      options: Object.entries(SESSION)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(" "),
    });
    made.on("error", (error) => log.warn({ error: error.message }, "an idle database connection broke"));
    return made;
  });
}

/** A prepared statement: parsed and planned once a connection. `name` must be unique to its text. */
export interface Statement {
  name: string;
  text: string;
}

/** Runs a prepared statement on the pool, outside any transaction. */
export async function queryPrepared<R extends pg.QueryResultRow>(
  statement: Statement,
  values: readonly unknown[],
): Promise<R[]> {
  const result = await pool().query<R>({ ...statement, values: [...values] });
  return result.rows;
}

export async function closePool(): Promise<void> {
  await pool().end();
}
