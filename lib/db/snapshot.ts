import pg from "pg";
import { env } from "../env.ts";
import { translated } from "./transaction.ts";

/** A moment of the database: whatever is read in it agrees, however long that takes. */
export interface Moment {
  /** The rows of a query, so many at once. `text` is ours, never from outside. */
  rows<R extends pg.QueryResultRow>(text: string, values: readonly unknown[], fetchRows?: number): AsyncIterable<R[]>;
}

const FETCH_ROWS = 1000;

/**
 * Reads in one snapshot (REPEATABLE READ READ ONLY), on a connection of its own and without a request's time limits: for
 * what is read whole. Rows come by cursors, so memory stays small.
 * @throws what `work` throws; unavailable where the database is away
 */
export async function inSnapshot<T>(work: (moment: Moment) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL, application_name: "purser snapshot" });
  // A connection that breaks between two statements is told by the next one.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SET TIME ZONE 'UTC'");
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const result = await work({ rows: (text, values, fetchRows) => fetched(client, { text, values, fetchRows }) });
    await client.query("COMMIT");
    return result;
  } catch (error) {
    throw translated(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function* fetched<R extends pg.QueryResultRow>(
  client: pg.Client,
  { text, values, fetchRows = FETCH_ROWS }: { text: string; values: readonly unknown[]; fetchRows?: number },
): AsyncIterable<R[]> {
  await client.query(`DECLARE reading NO SCROLL CURSOR FOR ${text}`, [...values]);
  try {
    for (;;) {
      const { rows } = await client.query<R>(`FETCH ${fetchRows} FROM reading`);
      if (rows.length > 0) yield rows;
      if (rows.length < fetchRows) return;
    }
  } finally {
    await client.query("CLOSE reading").catch(() => undefined);
  }
}
