import { AsyncLocalStorage } from "node:async_hooks";
import { AppError, conflict, invalid, isAppError } from "../errors.ts";
import { processGlobal } from "../process-global.ts";
import { db, type Tx } from "./client.ts";
import { withConnection } from "./prepared.ts";

const joined = processGlobal("joined-transaction", () => new AsyncLocalStorage<Tx>());

/**
 * Runs `work` in one transaction (read committed): all of it happens, or nothing. Within `asOne` it is a part of that.
 * @throws what `work` throws; conflict where a unique key was taken meanwhile; unavailable where the database is away.
 */
export async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const whole = joined.getStore();
  try {
    if (whole) return await work(whole);
    // The server ends what takes too long (pool.ts), and the transaction with it. Were Prisma to end it, what
    // is left of the work would go on outside it, on a connection that others use.
    return await withConnection((known) =>
      db().$transaction(
        (tx) => {
          known(tx);
          return work(tx);
        },
        { maxWait: 5000, timeout: 10 * 60_000 },
      ),
    );
  } catch (error) {
    throw translated(error);
  }
}

/**
 * Makes one transaction of all that `work` calls, verbs with transactions of their own too: what they write and what is
 * written beside it stand or fall together. For work that ends with its promise and waits for nobody but the database.
 * @throws as transaction
 */
export function asOne<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction((tx) => joined.run(tx, () => work(tx)));
}

/**
 * What `work` would come to, found out by doing it and undoing it: its answer is all that stays. Within `asOne` that alone is
 * undone, and what was done before and beside it stands. @throws as transaction
 */
export function rehearsed<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return asOne(async (tx) => {
    await tx.$executeRaw`SAVEPOINT rehearsal`;
    try {
      return await work(tx);
    } finally {
      await tx.$executeRaw`ROLLBACK TO SAVEPOINT rehearsal`;
    }
  });
}

/** What is kept even where the transaction around it is rolled back: a refusal's row of the log. */
export function apart<T>(work: () => Promise<T>): Promise<T> {
  return joined.exit(work);
}

/** The same mapping for a statement of its own. */
export async function query<T>(work: (client: Tx) => Promise<T>): Promise<T> {
  try {
    return await work(joined.getStore() ?? db());
  } catch (error) {
    throw translated(error);
  }
}

// SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown) and Node's socket errors: the database is away.
const AWAY = /^(08|25P03|53|55P03|57014|57P)|^(ECONN|EPIPE|ENOENT|ETIMEDOUT|EAI_)|^P10(01|02|08|17)$|^P2024$|^P2028$/;

/** Whether an error says that the database can't be reached now. */
export function isDatabaseAway(error: unknown): boolean {
  return causesOf(error).some(({ code, message }) => {
    if (typeof code === "string" && AWAY.test(code)) return true;
    return (
      typeof message === "string" &&
      /Connection terminated|connection error and is not queryable|Client was closed|timeout exceeded when trying/.test(
        message,
      )
    );
  });
}

// PostgreSQL keeps no text with the character NUL (22021), and no JSON with half a surrogate pair (22P02, 22P05).
const NOT_TEXT = new Set<unknown>(["22021", "22P02", "22P05"]);

function isNotText(error: unknown): boolean {
  return causesOf(error).some(({ code, originalCode }) => NOT_TEXT.has(code) || NOT_TEXT.has(originalCode));
}

interface Cause {
  code?: unknown;
  originalCode?: unknown;
  message?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown };
}

/** An error and what caused it, down to the driver's own. */
function causesOf(error: unknown): Cause[] {
  const chain: Cause[] = [];
  for (let at = error; typeof at === "object" && at !== null && chain.length < 6; ) {
    const here: Cause = at;
    chain.push(here);
    at = here.cause ?? here.meta?.driverAdapterError;
  }
  return chain;
}

// Prisma's word for it, and PostgreSQL's (unique_violation).
const isTaken = (error: unknown) => ["P2002", "23505"].includes((error as { code?: string }).code ?? "");

export function translated(error: unknown): unknown {
  if (isAppError(error)) return error;
  if (isTaken(error)) return conflict("That already exists.", { cause: error });
  if (isNotText(error)) return invalid({ "": "it holds characters that can't be kept" }, { cause: error });
  if (!isDatabaseAway(error)) return error;
  return new AppError("unavailable", "The database is not reachable now. Try again in a moment.", {
    cause: error,
    retryAfterSeconds: 5,
  });
}
