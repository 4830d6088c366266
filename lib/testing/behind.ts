import type { PoolClient } from "pg";
import { pool } from "#lib/db/index.ts";

interface Waiting<T> {
  /** Takes what the deed waits for, in a transaction that goes on. */
  hold(holder: PoolClient): Promise<unknown>;
  deed(): Promise<T>;
  /** What is done while it waits, by the holder or others. */
  meanwhile?(holder: PoolClient): Promise<unknown>;
}

/** What becomes of a deed that meets somebody's transaction: that is committed once the deed waits for it, or is over. */
export async function behind<T>({ hold, deed, meanwhile }: Waiting<T>): Promise<PromiseSettledResult<T>> {
  const holder = await pool().connect();
  try {
    await holder.query("BEGIN");
    await hold(holder);
    let over = false;
    const outcome = Promise.allSettled([deed().finally(() => (over = true))]);
    while (!over && !(await somebodyWaits(holder))) await new Promise((done) => setTimeout(done, 10));
    await meanwhile?.(holder);
    await holder.query("COMMIT");
    return (await outcome)[0];
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
  }
}

async function somebodyWaits(holder: PoolClient): Promise<boolean> {
  const { rows } = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE $1::int = ANY(pg_blocking_pids(pid))";
  return (await pool().query(waiting, [rows[0]?.pid])).rowCount !== 0;
}
